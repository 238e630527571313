import { expect, it } from 'vitest';
import { isLastRun, LAST_RUN, LONGEST_RUN, mostSteps, PAGE, packRun, pageBitsOf, pageStart, stepsOf, synapsesOf } from './run.ts';

it.each([
  [1, 0],
  [PAGE, 0],
  [PAGE + 1, 1],
  [2 * PAGE, 1],
  [2 * PAGE + 1, 2],
  [1e6, 4],
  [0, 0],
])('%i cells have pages numbered by %i bits', (cells, bits) => {
  expect(pageBitsOf(cells)).toBe(bits);
});

it.each([0, 1, 4, 14])('a run is its parts, with pages of %i bits', (bits) => {
  for (const steps of [0, 1, mostSteps(bits)]) {
    for (const page of [0, 2 ** bits - 1]) {
      for (const synapses of [0, 1, LONGEST_RUN]) {
        const run = packRun(steps, page, synapses, bits);
        for (const word of [run, run + LAST_RUN]) {
          expect([stepsOf(word, bits), pageStart(word, bits), synapsesOf(word)]).toEqual([steps, page * PAGE, synapses]);
        }
        expect([isLastRun(run), isLastRun(run + LAST_RUN)]).toEqual([false, true]);
      }
    }
  }
});
