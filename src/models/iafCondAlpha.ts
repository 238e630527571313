import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Leaky integrate-and-fire neuron with conductances that follow an alpha function (iaf_cond_alpha in NEST): a spike of weight w
 * adds w (s / tau) exp(1 - s / tau), s the time since it arrived, which peaks with w at s = tau. Spikes add to `s_ex` or `s_in`, in
 * nS, always with positive weights; the conductances are `g_ex` and `g_in`.
 */
export const iafCondAlpha = defineNeuron({
  name: 'iafCondAlpha',
  description: 'Leaky integrate-and-fire neuron with synaptic conductances that follow alpha functions: iaf_cond_alpha in NEST.',
  citation:
    'Meffin H, Burkitt A N, Grayden D B (2004) An analytical model for the large, fluctuating synaptic conductance state typical of neocortical neurons in vivo. J Comput Neurosci 16(2):159-175. doi:10.1023/B:JCNS.0000014108.03012.81',
  quantities: {
    v: quantity('e_leak', 'mV', 'membrane potential'),
    e_leak: quantity(-70, 'mV', 'leak reversal potential'),
    v_th: quantity(-55, 'mV', 'spike threshold'),
    v_reset: quantity(-60, 'mV', 'reset potential'),
    t_ref: quantity(2, 'ms', 'absolute refractory period'),
    g_leak: quantity(16.6667, 'nS', 'leak conductance'),
    c_m: quantity(250, 'pF', 'membrane capacitance'),
    e_ex: quantity(0, 'mV', 'excitatory reversal potential'),
    e_in: quantity(-85, 'mV', 'inhibitory reversal potential'),
    s_ex: quantity(0, 'nS', 'what excitatory spikes add to, by the peak of their conductance'),
    s_in: quantity(0, 'nS', 'what inhibitory spikes add to, by the peak of their conductance'),
    a_ex: quantity(0, 'nS', 'excitatory conductance / e'),
    a_in: quantity(0, 'nS', 'inhibitory conductance / e'),
    tau_syn_ex: quantity(0.2, 'ms', 'rise time of the excitatory conductance'),
    tau_syn_in: quantity(2, 'ms', 'rise time of the inhibitory conductance'),
    g_gap: quantity(1, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: `
    g_ex = exp(1) * a_ex
    g_in = exp(1) * a_in
    i_syn = g_ex * (e_ex - v) + g_in * (e_in - v)
    dv/dt = (g_leak * (e_leak - v) + i_syn + i_in + i_gap - i_channels - i_receptors) / c_m  (unless refractory)
    ds_ex/dt = -s_ex / tau_syn_ex
    ds_in/dt = -s_in / tau_syn_in
    da_ex/dt = (s_ex - a_ex) / tau_syn_ex
    da_in/dt = (s_in - a_in) / tau_syn_in
  `,
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'rk4',
});
