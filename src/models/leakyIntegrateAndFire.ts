import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Leaky integrate-and-fire neuron: tau_m dv/dt = -(v - e_leak) + I / g_leak; at v >= v_th: v = v_reset, held for t_ref.
 * Integrated by exponential Euler, which is exact while the current is constant over a step and also takes receptors,
 * whose currents depend on v; `integrator: 'exact'` refuses those.
 */
export const leakyIntegrateAndFire = defineNeuron({
  name: 'leaky integrate-and-fire',
  description: 'Linear membrane with threshold, reset and absolute refractory period.',
  citation:
    'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 1.3; after Lapicque L (1907) J Physiol Pathol Gen 9:620-635.',
  quantities: {
    v: quantity('e_leak', 'mV', 'membrane potential'),
    e_leak: quantity(-75, 'mV', 'leak reversal potential'),
    v_th: quantity(-55, 'mV', 'spike threshold'),
    v_reset: quantity(-75, 'mV', 'reset potential'),
    v_init: quantity(-75, 'mV', 'lower end of random initial potentials'),
    t_ref: quantity(10, 'ms', 'absolute refractory period'),
    tau_m: quantity(10, 'ms', 'membrane time constant'),
    g_leak: quantity(10, 'nS', 'leak conductance'),
    g_gap: quantity(7, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: 'dv/dt = ((e_leak - v) + (i_in + i_gap - i_channels - i_receptors) / g_leak) / tau_m (unless refractory)',
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exponential-euler',
});
