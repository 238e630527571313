import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Adaptive exponential integrate-and-fire neuron with exponential conductances (aeif_cond_exp in NEST):
 * c_m dv/dt = g_leak (e_leak - v) + g_leak delta_t exp((v - v_th) / delta_t) - w + g_ex (e_ex - v) + g_in (e_in - v) + I,
 * tau_w dw/dt = a (v - e_leak) - w; at v >= v_peak: v = v_reset, w = w + b. `v_th` is where the exponential takes over, `v_peak`
 * where a spike is cut off; equations see no voltage above it, so that the upstroke stays finite. Spikes add to `g_ex` or
 * `g_in`, in nS, always with positive weights. The defaults are the regularly spiking cell of the paper.
 */
export const aeifCondExp = defineNeuron({
  name: 'aeifCondExp',
  description: 'Adaptive exponential integrate-and-fire neuron with exponential synaptic conductances: aeif_cond_exp in NEST.',
  citation:
    'Brette R, Gerstner W (2005) Adaptive exponential integrate-and-fire model as an effective description of neuronal activity. J Neurophysiol 94(5):3637-3642. doi:10.1152/jn.00686.2005',
  quantities: {
    v: quantity('e_leak', 'mV', 'membrane potential'),
    w: quantity(0, 'pA', 'adaptation current'),
    e_leak: quantity(-70.6, 'mV', 'leak reversal potential'),
    v_th: quantity(-50.4, 'mV', 'threshold of the exponential'),
    v_peak: quantity(0, 'mV', 'voltage at which a spike is cut off'),
    v_reset: quantity(-60, 'mV', 'reset potential'),
    t_ref: quantity(0, 'ms', 'absolute refractory period'),
    g_leak: quantity(30, 'nS', 'leak conductance'),
    c_m: quantity(281, 'pF', 'membrane capacitance'),
    delta_t: quantity(2, 'mV', 'sharpness of the threshold'),
    tau_w: quantity(144, 'ms', 'time constant of adaptation'),
    a: quantity(4, 'nS', 'adaptation below threshold'),
    b: quantity(80.5, 'pA', 'increment of adaptation at a spike'),
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
    u = min(v, v_peak)
    i_spike = g_leak * delta_t * exp((u - v_th) / delta_t)
    i_syn = g_ex * (e_ex - u) + g_in * (e_in - u)
    dv/dt = (g_leak * (e_leak - u) + i_spike - w + i_syn + i_in + i_gap - i_channels - i_receptors) / c_m  (unless refractory)
    dw/dt = (a * (u - e_leak) - w) / tau_w
    dg_ex/dt = -g_ex / tau_syn_ex
    dg_in/dt = -g_in / tau_syn_in
  `,
  spike: 'v >= v_peak',
  reset: 'v = v_reset; w += b',
  refractory: 't_ref',
  integrator: 'rk4',
});
