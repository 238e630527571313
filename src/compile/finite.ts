import { SpikeloomError } from '../core/error.ts';

/** Refuses what is not a finite number, and says which value it is where there are several. */
export function requireFinite(numbers: ArrayLike<unknown>, path: readonly string[]): void {
  for (let i = 0; i < numbers.length; i++) {
    if (typeof numbers[i] === 'number' && Number.isFinite(numbers[i])) continue;
    throw new SpikeloomError({
      code: 'invalid-value',
      message: numbers.length === 1 ? `the value is ${String(numbers[i])}` : `value ${i} is ${String(numbers[i])}`,
      path,
      hint: 'Give finite numbers.',
    });
  }
}
