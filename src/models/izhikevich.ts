import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Izhikevich's neuron: dv/dt = 0.04 v^2 + 5 v + 140 - w + I, dw/dt = a (b v - w); at v >= v_th: v = c, w = w + d.
 * The defaults are the regular spiking cell. `c_m` and `tau_m` slow either equation; both are 1 ms in the paper.
 * Currents are in mV per ms of `c_m`: the gap conductance is a pure number.
 */
export const izhikevich = defineNeuron({
  name: 'izhikevich',
  description: 'Quadratic neuron with recovery variable that reproduces the firing patterns of cortical cells.',
  citation:
    'Izhikevich E M (2003) Simple model of spiking neurons. IEEE Transactions on Neural Networks 14(6):1569-1572. doi:10.1109/TNN.2003.820440',
  quantities: {
    v: quantity(-65, 'mV', 'membrane potential'),
    w: quantity('b * v', 'mV', 'recovery variable'),
    a: quantity(0.02, '1', 'rate of recovery'),
    b: quantity(0.2, '1', 'sensitivity of recovery to the membrane potential'),
    c: quantity(-65, 'mV', 'reset of the membrane potential'),
    d: quantity(8, 'mV', 'increment of recovery at a spike'),
    v_th: quantity(30, 'mV', 'peak at which a spike is cut off'),
    v_init: quantity(-65, 'mV', 'lower end of random initial potentials'),
    c_m: quantity(1, 'ms', 'time scale of the membrane potential'),
    tau_m: quantity(1, 'ms', 'time scale of recovery'),
    g_gap: quantity(1, '1', 'gap-junction conductance'),
    i_in: quantity(0, 'mV', 'injected current'),
  },
  inputs: { i_gap: input('mV', 'current through gap junctions and pulses') },
  units: { conductance: '1', current: 'mV' },
  equations: `
    dv/dt = (0.04[1/mV] * v^2 + 5 * v + 140[mV] - w + i_in + i_gap - i_channels - i_receptors) / c_m
    dw/dt = a * (b * v - w) / tau_m
  `,
  spike: 'v >= v_th',
  reset: 'v = c; w += d',
  integrator: 'euler',
});

/**
 * The types of cortical and thalamic cells of figure 2 of the paper. Spread one into the options of `izhikevich`, or into `set`:
 * `izhikevich({ ...izhikevichTypes.chattering, i_in: 10 })`. In texts: `from: izhikevich.chattering`.
 */
export const izhikevichTypes = {
  regularSpiking: { a: 0.02, b: 0.2, c: -65, d: 8 },
  intrinsicallyBursting: { a: 0.02, b: 0.2, c: -55, d: 4 },
  chattering: { a: 0.02, b: 0.2, c: -50, d: 2 },
  fastSpiking: { a: 0.1, b: 0.2, c: -65, d: 2 },
  thalamoCortical: { a: 0.02, b: 0.25, c: -65, d: 0.05 },
  resonator: { a: 0.1, b: 0.26, c: -65, d: 2 },
  lowThresholdSpiking: { a: 0.02, b: 0.25, c: -65, d: 2 },
} as const;
