import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Quadratic integrate-and-fire neuron: tau_m dv/dt = a (v - v_rest) (v - v_c) + I / g_leak; at v >= v_th: v = v_reset, held for t_ref.
 * With the default a = 1 / (v_c - v_rest) the membrane relaxes with tau_m near rest, and its rheobase is
 * g_leak (v_c - v_rest) / 4.
 */
export const quadraticIntegrateAndFire = defineNeuron({
  name: 'quadratic integrate-and-fire',
  description: 'Normal form of neurons that begin to fire at arbitrarily low rates, with reset and absolute refractory period.',
  citation:
    'Latham P E, Richmond B J, Nelson P G, Nirenberg S (2000) Intrinsic dynamics in neuronal networks. I. Theory. J Neurophysiol 83(2):808-827. doi:10.1152/jn.2000.83.2.808',
  quantities: {
    v: quantity('v_rest', 'mV', 'membrane potential'),
    v_rest: quantity(-65, 'mV', 'resting potential'),
    v_c: quantity(-50, 'mV', 'critical potential, above which a spike begins by itself'),
    v_th: quantity(20, 'mV', 'peak at which a spike is cut off'),
    v_reset: quantity(-80, 'mV', 'reset potential'),
    v_init: quantity(-80, 'mV', 'lower end of random initial potentials'),
    a: quantity('1 / (v_c - v_rest)', '1/mV', 'steepness'),
    t_ref: quantity(0, 'ms', 'absolute refractory period'),
    tau_m: quantity(10, 'ms', 'membrane time constant'),
    g_leak: quantity(10, 'nS', 'conductance that turns currents into voltages'),
    g_gap: quantity(7, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: 'dv/dt = (a * (v - v_rest) * (v - v_c) + (i_in + i_gap - i_channels - i_receptors) / g_leak) / tau_m (unless refractory)',
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'euler',
});
