import { SpikeloomError } from '../core/error.ts';

/** Refuses a step, seed or duration that makes no sense. */
export function requireClock({ dt, seed, duration }: { readonly dt: number; readonly seed: number; readonly duration: number }): void {
  requireNumber('dt', dt, dt > 0, 'Give the step in ms, above 0: { dt: 0.1 }.');
  requireNumber('seed', seed, Number.isSafeInteger(seed) && seed >= 0, 'Give an integer from 0 to 2^53 - 1.');
  requireNumber('duration', duration, duration >= 0, 'Give the time in ms, at least 0.');
}

export function requireNumber(name: string, value: number, fits: boolean, hint: string): void {
  if (typeof value === 'number' && Number.isFinite(value) && fits) return;
  throw new SpikeloomError({ code: 'invalid-value', message: `${name} is ${String(value)}`, path: ['network'], hint });
}
