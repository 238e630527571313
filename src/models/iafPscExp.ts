import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Leaky integrate-and-fire neuron with currents that jump with a spike and decay exponentially (iaf_psc_exp in NEST):
 * dv/dt = (e_leak - v) / tau_m + (i_syn_ex + i_syn_in + I) / c_m. Spikes add to `i_syn_ex` or `i_syn_in`, in pA, with negative
 * weights where they inhibit; currents go on while the voltage is held. Integrated exactly.
 */
export const iafPscExp = defineNeuron({
  name: 'iafPscExp',
  description: 'Leaky integrate-and-fire neuron with exponential synaptic currents: iaf_psc_exp in NEST.',
  citation:
    'Rotter S, Diesmann M (1999) Exact digital simulation of time-invariant linear systems with applications to neuronal modeling. Biol Cybern 81(5-6):381-402. doi:10.1007/s004220050570; Tsodyks M, Uziel A, Markram H (2000) Synchrony generation in recurrent networks with frequency-dependent synapses. J Neurosci 20:RC50',
  quantities: {
    v: quantity('e_leak', 'mV', 'membrane potential'),
    e_leak: quantity(-70, 'mV', 'leak reversal potential'),
    v_th: quantity(-55, 'mV', 'spike threshold'),
    v_reset: quantity(-70, 'mV', 'reset potential'),
    t_ref: quantity(2, 'ms', 'absolute refractory period'),
    tau_m: quantity(10, 'ms', 'membrane time constant'),
    c_m: quantity(250, 'pF', 'membrane capacitance'),
    i_syn_ex: quantity(0, 'pA', 'excitatory synaptic current, which spikes add to'),
    i_syn_in: quantity(0, 'pA', 'inhibitory synaptic current, which spikes add to, with negative weights'),
    tau_syn_ex: quantity(2, 'ms', 'decay of the excitatory current'),
    tau_syn_in: quantity(2, 'ms', 'decay of the inhibitory current'),
    g_gap: quantity(1, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: `
    dv/dt = (e_leak - v) / tau_m + (i_syn_ex + i_syn_in + i_in + i_gap - i_channels - i_receptors) / c_m  (unless refractory)
    di_syn_ex/dt = -i_syn_ex / tau_syn_ex
    di_syn_in/dt = -i_syn_in / tau_syn_in
  `,
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exact',
});
