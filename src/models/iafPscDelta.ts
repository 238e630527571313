import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Leaky integrate-and-fire neuron whose voltage jumps with each spike that arrives (iaf_psc_delta in NEST):
 * dv/dt = (e_leak - v) / tau_m + I / c_m; at v >= v_th: v = v_reset, held for t_ref. Spikes add to `v`, in mV; those that
 * arrive while it is held are lost. Integrated exactly.
 */
export const iafPscDelta = defineNeuron({
  name: 'iafPscDelta',
  description: 'Leaky integrate-and-fire neuron whose voltage jumps with each spike: iaf_psc_delta in NEST.',
  citation:
    'Rotter S, Diesmann M (1999) Exact digital simulation of time-invariant linear systems with applications to neuronal modeling. Biol Cybern 81(5-6):381-402. doi:10.1007/s004220050570',
  quantities: {
    v: quantity('e_leak', 'mV', 'membrane potential'),
    e_leak: quantity(-70, 'mV', 'leak reversal potential'),
    v_th: quantity(-55, 'mV', 'spike threshold'),
    v_reset: quantity(-70, 'mV', 'reset potential'),
    t_ref: quantity(2, 'ms', 'absolute refractory period'),
    tau_m: quantity(10, 'ms', 'membrane time constant'),
    c_m: quantity(250, 'pF', 'membrane capacitance'),
    g_gap: quantity(1, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: 'dv/dt = (e_leak - v) / tau_m + (i_in + i_gap - i_channels - i_receptors) / c_m  (unless refractory)',
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exact',
});
