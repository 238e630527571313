import { quantity } from '../model/quantity.ts';

/**
 * What all spike trains share: the voltage is `v_th` in the step of a spike, else `v_rest`; the waveform that pulse synapses
 * see falls from one to the other as exp(-(s / tau)^shape), s the time since the last spike.
 */
export const trainQuantities = {
  v: quantity('v_rest', 'mV', 'voltage'),
  v_th: quantity(30, 'mV', 'voltage of a spike'),
  v_rest: quantity(0, 'mV', 'voltage between spikes'),
  tau: quantity(1, 'ms', 'width of the waveform'),
  shape: quantity(2, '1', 'exponent of the waveform: 2 for delta-dirac, 1 for exponential decay'),
  lag: quantity(0, 'ms', 'added to the time since the last spike'),
} as const;

export const trainEquations = 'waveform = v_rest + (v_th - v_rest) * exp(-((since_spike + lag) / tau)^shape)';

export const trainStep = 'v = where(spike, v_th, v_rest)';

/** Refractoriness as a narrow bell, exp(-s^2 / k). @param k in ms^2 */
export function deltaDirac(k = 1): { readonly tau: number; readonly shape: number } {
  return { tau: Math.sqrt(k), shape: 2 };
}

/** Refractoriness as exponential decay, exp(-s / tau). @param tau in ms */
export function exponentialDecay(tau = 1): { readonly tau: number; readonly shape: number } {
  return { tau, shape: 1 };
}
