import { expect } from 'vitest';
import type { Recordings } from '../../src/simulation/recordings.ts';

/** Expects recorders, their meaning and every bit of what they recorded to be the same. */
export function expectSameRecordings(actual: Recordings, expected: Recordings): void {
  expect(actual.dt).toBe(expected.dt);
  expect(actual.infos).toEqual(expected.infos);
  for (const [i, info] of expected.infos.entries()) {
    const [a, b] = [actual.chunk(i), expected.chunk(i)];
    const name = `${i}: ${JSON.stringify(info.def)}`;
    expect(a.steps, name).toEqual(b.steps);
    expect(a.values.constructor, name).toBe(b.values.constructor);
    expect(bits(a.values), name).toEqual(bits(b.values));
  }
}

function bits({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
