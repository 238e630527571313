import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Leaky integrate-and-fire neuron with conductances that jump with a spike and decay exponentially (iaf_cond_exp in NEST):
 * c_m dv/dt = g_leak (e_leak - v) + g_ex (e_ex - v) + g_in (e_in - v) + I. Spikes add to `g_ex` or `g_in`, in nS, always with
 * positive weights. Runge-Kutta, because conductances decay within few steps; with slower ones `'exponential-euler'` is faster.
 */
export const iafCondExp = defineNeuron({
  name: 'iafCondExp',
  description: 'Leaky integrate-and-fire neuron with exponential synaptic conductances: iaf_cond_exp in NEST.',
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
    g_ex: quantity(0, 'nS', 'excitatory conductance, which spikes add to'),
    g_in: quantity(0, 'nS', 'inhibitory conductance, which spikes add to'),
    tau_syn_ex: quantity(0.2, 'ms', 'decay of the excitatory conductance'),
    tau_syn_in: quantity(2, 'ms', 'decay of the inhibitory conductance'),
    g_gap: quantity(1, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: `
    i_syn = g_ex * (e_ex - v) + g_in * (e_in - v)
    dv/dt = (g_leak * (e_leak - v) + i_syn + i_in + i_gap - i_channels - i_receptors) / c_m  (unless refractory)
    dg_ex/dt = -g_ex / tau_syn_ex
    dg_in/dt = -g_in / tau_syn_in
  `,
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'rk4',
});
