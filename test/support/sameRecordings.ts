import { expect } from 'vitest';
import type { RecordedChunk, Recordings } from '../../src/simulation/recordings.ts';

/** Expects recorders, their meaning and every bit of what they recorded to be the same. */
export function expectSameRecordings(actual: Recordings, expected: Recordings): void {
  expect(actual.dt).toBe(expected.dt);
  expect(actual.infos).toEqual(expected.infos);
  for (const [i, info] of expected.infos.entries()) expectSameChunk(actual.chunk(i), expected.chunk(i), `${i}: ${JSON.stringify(info.def)}`);
}

/** Expects every bit of a chunk; large ones are not shown number by number. */
export function expectSameChunk(actual: RecordedChunk, expected: RecordedChunk, name: string): void {
  expect(actual.values.constructor, name).toBe(expected.values.constructor);
  expect([actual.steps.length, actual.values.length], name).toEqual([expected.steps.length, expected.values.length]);
  expect([isSame(actual.steps, expected.steps), isSame(actual.values, expected.values)], `steps and values of ${name}`).toEqual([true, true]);
}

/** Expects the first rows of what was recorded, as many as there are, and answers how many that is. */
export function expectStart(actual: RecordedChunk, whole: RecordedChunk, width: number, name: string): number {
  const rows = actual.steps.length;
  expectSameChunk(actual, { steps: whole.steps.slice(0, rows), values: whole.values.slice(0, rows * width) }, name);
  return rows;
}

function isSame(a: RecordedChunk['values'], b: RecordedChunk['values']): boolean {
  const bits = ({ buffer, byteOffset, byteLength }: RecordedChunk['values']) => Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return bits(a).equals(bits(b));
}
