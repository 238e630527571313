import { decimal } from './decimal.ts';
import { Warning } from './warning.ts';

/** How far from a whole number of steps a time may lie without being said, in steps. */
const TOLERANCE = 1e-6;

/** What is added to a number of steps before its fraction is cut off: half a step is rounded up, and 1.5 / 0.1 is the 15 that it is on paper. */
export const HALF_UP = 0.5 + 1e-9;

/** A time as a number of steps, half a step rounded up. */
export function toSteps(time: number, dt: number): number {
  return Math.floor(time / dt + HALF_UP);
}

/** Whether a time had to be rounded to be a number of steps. */
export function isRounded(time: number, dt: number): boolean {
  return Number.isFinite(time) && Math.abs(time / dt - toSteps(time, dt)) > TOLERANCE;
}

/** Says that a time is no multiple of the step, and what is taken in its place. */
export function roundedTime(what: string, time: number, dt: number, path: readonly string[]): Warning {
  const steps = toSteps(time, dt);
  return new Warning({
    code: 'rounded-time',
    message: `${what} is ${decimal(time)} ms, no multiple of dt: it counts as ${steps} ${steps === 1 ? 'step' : 'steps'} of ${dt} ms, ${decimal(steps * dt)} ms`,
    path,
    hint: 'Give a multiple of dt, or take another dt.',
  });
}
