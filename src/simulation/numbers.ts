import { isList } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';

/** A list of numbers, one for each of `count` things. @throws SpikeloomError where it is none */
export function numbersFor(spec: unknown, count: number, things: string, hint: string): ArrayLike<number> {
  if (isNumbers(spec) && spec.length === count) return spec;
  const given = isList(spec) ? `${(spec as ArrayLike<unknown>).length} values` : String(spec);
  throw new SpikeloomError({ code: 'invalid-shape', message: `${given} for ${count} ${things}`, hint });
}

function isNumbers(spec: unknown): spec is ArrayLike<number> {
  return isList(spec) && Array.from(spec as ArrayLike<unknown>).every((x) => typeof x === 'number');
}
