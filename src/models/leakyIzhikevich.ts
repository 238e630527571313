import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Izhikevich's neuron whose recovery is a conductance towards e_leak: dv/dt = 0.04 v^2 + 5 v + 140 - w (v - e_leak) + I,
 * dw/dt = a (b v - w); at v >= v_th: v = c, w = w + d. With the default b = 0 recovery comes from spikes alone, and the
 * rheobase is 16.25 mV. A b of 0.04 / mV or more lets the membrane run away below e_leak, and a negative w excites above it.
 */
export const leakyIzhikevich = defineNeuron({
  name: 'leaky izhikevich',
  description: 'Quadratic neuron whose recovery variable is a leak conductance rather than a current.',
  citation:
    'Izhikevich E M (2003) Simple model of spiking neurons. IEEE Transactions on Neural Networks 14(6):1569-1572. doi:10.1109/TNN.2003.820440; recovery as a conductance after the crate spiking-neural-networks',
  quantities: {
    v: quantity(-65, 'mV', 'membrane potential'),
    w: quantity('b * v', '1', 'recovery conductance'),
    a: quantity(0.02, '1', 'rate of recovery'),
    b: quantity(0, '1/mV', 'sensitivity of recovery to the membrane potential'),
    c: quantity(-55, 'mV', 'reset of the membrane potential'),
    d: quantity(0.5, '1', 'increment of recovery at a spike'),
    e_leak: quantity(-65, 'mV', 'reversal potential of recovery'),
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
    dv/dt = (0.04[1/mV] * v^2 + 5 * v + 140[mV] - w * (v - e_leak) + i_in + i_gap - i_channels - i_receptors) / c_m
    dw/dt = a * (b * v - w) / tau_m
  `,
  spike: 'v >= v_th',
  reset: 'v = c; w += d',
  integrator: 'euler',
});
