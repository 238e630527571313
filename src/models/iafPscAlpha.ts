import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Leaky integrate-and-fire neuron with currents that follow an alpha function (iaf_psc_alpha in NEST): a spike of weight w adds
 * w (s / tau) exp(1 - s / tau), s the time since it arrived, which peaks with w at s = tau. Spikes add to `s_ex` or `s_in`, in pA,
 * with negative weights where they inhibit; the currents are `i_syn_ex` and `i_syn_in`. Integrated exactly.
 */
export const iafPscAlpha = defineNeuron({
  name: 'iafPscAlpha',
  description: 'Leaky integrate-and-fire neuron with synaptic currents that follow alpha functions: iaf_psc_alpha in NEST.',
  citation:
    'Rotter S, Diesmann M (1999) Exact digital simulation of time-invariant linear systems with applications to neuronal modeling. Biol Cybern 81(5-6):381-402. doi:10.1007/s004220050570; Rall W (1967) Distinguishing theoretical synaptic potentials computed for different soma-dendritic distributions of synaptic input. J Neurophysiol 30(5):1138-1168',
  quantities: {
    v: quantity('e_leak', 'mV', 'membrane potential'),
    e_leak: quantity(-70, 'mV', 'leak reversal potential'),
    v_th: quantity(-55, 'mV', 'spike threshold'),
    v_reset: quantity(-70, 'mV', 'reset potential'),
    t_ref: quantity(2, 'ms', 'absolute refractory period'),
    tau_m: quantity(10, 'ms', 'membrane time constant'),
    c_m: quantity(250, 'pF', 'membrane capacitance'),
    s_ex: quantity(0, 'pA', 'what excitatory spikes add to, by the peak of their current'),
    s_in: quantity(0, 'pA', 'what inhibitory spikes add to, by the (negative) peak of their current'),
    a_ex: quantity(0, 'pA', 'excitatory current / e'),
    a_in: quantity(0, 'pA', 'inhibitory current / e'),
    tau_syn_ex: quantity(2, 'ms', 'rise time of the excitatory current'),
    tau_syn_in: quantity(2, 'ms', 'rise time of the inhibitory current'),
    g_gap: quantity(1, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: `
    i_syn_ex = exp(1) * a_ex
    i_syn_in = exp(1) * a_in
    dv/dt = (e_leak - v) / tau_m + (i_syn_ex + i_syn_in + i_in + i_gap - i_channels - i_receptors) / c_m  (unless refractory)
    ds_ex/dt = -s_ex / tau_syn_ex
    ds_in/dt = -s_in / tau_syn_in
    da_ex/dt = (s_ex - a_ex) / tau_syn_ex
    da_in/dt = (s_in - a_in) / tau_syn_in
  `,
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exact',
});
