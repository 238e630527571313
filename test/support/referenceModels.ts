import { defineReceptor, defineTransmitter, quantity } from '../../src/index.ts';
import { type Golden, goldenNumber } from './golden.ts';

/** How the reference integrates: forward Euler, stage after stage. */
export const REFERENCE = { integrator: 'euler', coupling: 'staggered' } as const;

/** The parameters of the reference's Izhikevich neuron; in some files their names begin with `neuron.`. */
export function izhikevichValues(golden: Golden, prefix = '') {
  const p = (name: string) => goldenNumber(golden, prefix + name);
  return { ...REFERENCE, w: p('w_value'), a: p('a'), b: p('b'), c: p('c'), d: p('d'), v_th: p('v_th'), tau_m: p('tau_m'), c_m: p('c_m') };
}

/**
 * What the reference calls exponential decay removes conc * exp(-dt / decay): less the slower it decays. Its neurons
 * release a step late, on `spiked`, its spike trains at once, on `spike`.
 */
export const invertedDecayTransmitter = (flag: 'spike' | 'spiked') =>
  defineTransmitter({
    name: 'inverted decay transmitter',
    quantities: { conc: quantity(0, 'mM', ''), t_max: quantity(1, 'mM', ''), decay: quantity(2, 'ms', '') },
    step: `conc = clamp(conc - conc * exp(-dt / decay) + where(${flag}, t_max, 0[mM]), 0, t_max)`,
  });

export const invertedDecayReceptor = defineReceptor({
  name: 'inverted decay receptor',
  quantities: { r: quantity(0, '1', ''), r_max: quantity(1, '1', ''), closing: quantity(2, 'ms', ''), conc_full: quantity(1, 'mM', '') },
  step: 'r = clamp(r - r * exp(-dt / closing) + conc / conc_full, 0, r_max)',
});
