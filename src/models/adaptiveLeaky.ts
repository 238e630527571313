import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Leaky integrate-and-fire neuron with an adaptation current: tau_m dv/dt = -(v - e_leak) + (I - w) / g_leak,
 * tau_w dw/dt = a (v - e_leak) - w; at v >= v_th: v = v_reset, w = w + b. The adaptive exponential neuron with a sharp threshold.
 */
export const adaptiveLeaky = defineNeuron({
  name: 'adaptive leaky integrate-and-fire',
  description: 'Linear membrane with threshold, reset, refractory period and an adaptation current that grows below threshold and at spikes.',
  citation:
    'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 6.1; after Treves A (1993) Mean-field analysis of neuronal spike dynamics. Network 4(3):259-284. doi:10.1088/0954-898X_4_3_002',
  quantities: {
    v: quantity('e_leak', 'mV', 'membrane potential'),
    w: quantity('a * (v - e_leak)', 'pA', 'adaptation current'),
    e_leak: quantity(-75, 'mV', 'leak reversal potential'),
    v_th: quantity(-55, 'mV', 'spike threshold'),
    v_reset: quantity(-75, 'mV', 'reset potential'),
    v_init: quantity(-75, 'mV', 'lower end of random initial potentials'),
    t_ref: quantity(10, 'ms', 'absolute refractory period'),
    tau_m: quantity(10, 'ms', 'membrane time constant'),
    g_leak: quantity(10, 'nS', 'leak conductance'),
    tau_w: quantity(100, 'ms', 'time constant of adaptation'),
    a: quantity(6, 'nS', 'adaptation below threshold'),
    b: quantity(10, 'pA', 'adaptation at a spike'),
    g_gap: quantity(7, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: `
    dv/dt = ((e_leak - v) + (i_in + i_gap - w - i_channels - i_receptors) / g_leak) / tau_m (unless refractory)
    dw/dt = (a * (v - e_leak) - w) / tau_w
  `,
  spike: 'v >= v_th',
  reset: 'v = v_reset; w += b',
  refractory: 't_ref',
  integrator: 'exponential-euler',
});
