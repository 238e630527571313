import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Adaptive exponential integrate-and-fire neuron: c_m dv/dt = -g_leak (v - e_leak) + g_leak delta exp((v - v_t) / delta) - w + I,
 * tau_w dw/dt = a (v - e_leak) - w; at v >= v_peak: v = v_reset, w = w + b. The spike begins at v_t and is cut off at v_peak.
 * What is above v_peak counts as v_peak in the exponential and in w, so that no step overflows, whatever the method.
 */
export const adaptiveExponential = defineNeuron({
  name: 'adaptive exponential integrate-and-fire',
  description:
    'Exponential onset of spikes, a cut-off of its own, and adaptation. Takes any channels, receptors and gap junctions; for two built-in conductance synapses as in NEST take aeifCondExp.',
  citation:
    'Brette R, Gerstner W (2005) Adaptive exponential integrate-and-fire model as an effective description of neuronal activity. J Neurophysiol 94(5):3637-3642. doi:10.1152/jn.00686.2005',
  quantities: {
    v: quantity('e_leak', 'mV', 'membrane potential'),
    w: quantity('a * (v - e_leak)', 'pA', 'adaptation current'),
    e_leak: quantity(-70.6, 'mV', 'leak reversal potential'),
    v_t: quantity(-50.4, 'mV', 'threshold of the exponential'),
    delta: quantity(2, 'mV', 'slope of the exponential'),
    v_peak: quantity(20, 'mV', 'peak at which a spike is cut off'),
    v_reset: quantity(-70.6, 'mV', 'reset potential'),
    v_init: quantity(-70.6, 'mV', 'lower end of random initial potentials'),
    t_ref: quantity(0, 'ms', 'absolute refractory period'),
    c_m: quantity(281, 'pF', 'membrane capacitance'),
    g_leak: quantity(30, 'nS', 'leak conductance'),
    tau_w: quantity(144, 'ms', 'time constant of adaptation'),
    a: quantity(4, 'nS', 'adaptation below threshold'),
    b: quantity(80.5, 'pA', 'adaptation at a spike'),
    g_gap: quantity(7, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: `
    below = min(v, v_peak)
    i_exp = g_leak * delta * exp((below - v_t) / delta)
    dv/dt = (g_leak * (e_leak - v) + i_exp - w + i_in + i_gap - i_channels - i_receptors) / c_m (unless refractory)
    dw/dt = (a * (below - e_leak) - w) / tau_w
  `,
  spike: 'v >= v_peak',
  reset: 'v = v_reset; w += b',
  refractory: 't_ref',
  integrator: 'euler',
});
