import { defineChannel, defineNeuron, Network, peak, quantity } from 'spikeloom';

/** A calcium channel whose gate follows the voltage at once. */
const calcium = defineChannel({
  name: 'my calcium',
  quantities: {
    g: quantity(4, 'conductance', 'maximal conductance'),
    e: quantity(120, 'mV', 'reversal potential'),
    half: quantity(-1.2, 'mV', 'half activation'),
    slope: quantity(18, 'mV', 'slope of activation'),
  },
  equations: `
    open = 0.5 * (1 + tanh((v - half) / slope))
    current = g * open * (v - e)
  `,
});

/** A potassium channel with a gate that relaxes to its steady state. */
const potassium = defineChannel({
  name: 'my potassium',
  quantities: {
    g: quantity(8, 'conductance', 'maximal conductance'),
    e: quantity(-84, 'mV', 'reversal potential'),
    n: quantity('n_inf', '1', 'activation'),
    rate: quantity(0.067, '1/ms', 'rate of activation'),
    half: quantity(12, 'mV', 'half activation'),
    slope: quantity(17.4, 'mV', 'slope of activation'),
  },
  equations: `
    n_inf = 0.5 * (1 + tanh((v - half) / slope))
    dn/dt = rate * cosh((v - half) / (2 * slope)) * (n_inf - n)
    current = g * n * (v - e)
  `,
});

/** A Morris-Lecar neuron, put together from channels of one's own. */
const barnacle = defineNeuron({
  name: 'barnacle',
  quantities: {
    v: quantity(-60, 'mV', 'membrane potential'),
    c_m: quantity(6.6, 'uF/cm^2', 'capacitance'),
    g_leak: quantity(2, 'mS/cm^2', 'leak conductance'),
    e_leak: quantity(-60, 'mV', 'leak reversal potential'),
    v_th: quantity(25, 'mV', 'least height of a spike'),
    i_in: quantity(100, 'uA/cm^2', 'injected current'),
  },
  units: { conductance: 'mS/cm^2', current: 'uA/cm^2' },
  channels: { ca: calcium(), k: potassium() },
  equations: `
    i_leak = g_leak * (v - e_leak)
    dv/dt = (i_in - i_leak - ca.current - k.current) / c_m
  `,
  spike: peak('v', { above: 'v_th' }),
  integrator: 'rk4',
});

export function customNeuron(): Network {
  const network = new Network({ dt: 0.1, duration: 500 });
  const cell = network.population('cell', barnacle(), 1);
  network.record(cell, 'v').record(cell, 'ca.current').recordSpikes(cell);
  return network;
}
