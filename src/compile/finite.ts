import { describe } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';

/** Refuses what is not a finite number, and says which value it is where there are several; the first of these is number `first` of all. */
export function requireFinite(numbers: ArrayLike<unknown>, path: readonly string[], first = 0): void {
  if (numbers instanceof Float64Array && areFinite(numbers)) return;
  for (let i = 0; i < numbers.length; i++) {
    if (typeof numbers[i] === 'number' && Number.isFinite(numbers[i])) continue;
    const shown = typeof numbers[i] === 'object' ? describe(numbers[i]) : String(numbers[i]);
    throw new SpikeloomError({
      code: 'invalid-value',
      message: numbers.length === 1 && first === 0 ? `the value is ${shown}` : `value ${first + i} is ${shown}`,
      path,
      hint: 'Give finite numbers.',
    });
  }
}

function areFinite(numbers: Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (numbers[i] - numbers[i] !== 0) return false;
  return true;
}
