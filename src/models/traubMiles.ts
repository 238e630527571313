import { defineNeuron } from '../model/define.ts';
import { input, peak, quantity } from '../model/quantity.ts';
import { leak } from './leak.ts';
import { traubPotassium } from './traubPotassium.ts';
import { traubSodium } from './traubSodium.ts';

/**
 * Hodgkin-Huxley neuron of Traub and Miles with exponential conductances (hh_cond_exp_traub in NEST). Spikes add to `g_ex` or
 * `g_in`, in nS, always with positive weights. A spike is the peak of the voltage above v_th; for t_ref after it there is no other.
 * All rates shift with `v_t`; gates start at their steady state for v(0). Without any input it fires at 14 Hz. Staggered coupling makes
 * intervals at a step of 0.1 ms right to 1 %, where simultaneous coupling, as in Brian 2, makes them 10 % too long.
 */
export const traubMiles = defineNeuron({
  name: 'traubMiles',
  description: 'Hodgkin-Huxley neuron of Traub and Miles with exponential synaptic conductances: hh_cond_exp_traub in NEST.',
  citation:
    'Traub R D, Miles R (1991) Neuronal Networks of the Hippocampus. Cambridge University Press; as in Brette R et al (2007) Simulation of networks of spiking neurons: a review of tools and strategies. J Comput Neurosci 23(3):349-398, benchmark 3. doi:10.1007/s10827-007-0038-6',
  quantities: {
    v: quantity(-60, 'mV', 'membrane potential'),
    v_t: quantity(-63, 'mV', 'shift of the voltages of all rates, which puts the threshold near -50 mV'),
    v_th: quantity('v_t + 30[mV]', 'mV', 'least voltage of a peak that counts as a spike'),
    t_ref: quantity(2, 'ms', 'time after a spike without another'),
    c_m: quantity(200, 'pF', 'membrane capacitance'),
    e_ex: quantity(0, 'mV', 'excitatory reversal potential'),
    e_in: quantity(-80, 'mV', 'inhibitory reversal potential'),
    g_ex: quantity(0, 'nS', 'excitatory conductance, which spikes add to'),
    g_in: quantity(0, 'nS', 'inhibitory conductance, which spikes add to'),
    tau_syn_ex: quantity(5, 'ms', 'decay of the excitatory conductance'),
    tau_syn_in: quantity(10, 'ms', 'decay of the inhibitory conductance'),
    g_gap: quantity(1, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  channels: { na: traubSodium(), k: traubPotassium(), leak: leak({ g: 10, e: -60 }) },
  equations: `
    i_syn = g_ex * (e_ex - v) + g_in * (e_in - v)
    dv/dt = (i_syn + i_in + i_gap - i_channels - i_receptors) / c_m
    dg_ex/dt = -g_ex / tau_syn_ex
    dg_in/dt = -g_in / tau_syn_in
  `,
  spike: peak('v', { above: 'v_th' }),
  refractory: 't_ref',
  integrator: 'exponential-euler',
  coupling: 'staggered',
});
