import { expect, it } from 'vitest';
import { parseMeta, printMeta, type ResultMeta, requireReadable } from './meta.ts';

it('what it says reads back', () => {
  const view = { population: 'a', cells: { kind: 'region', rows: [0, 2], columns: [1, 3] } } as const;
  const meta: ResultMeta = {
    dt: 0.1,
    ending: { end: 'stopped', reason: 'too fast\nby far', time: 12.5 },
    recorders: [
      { name: 'a.v', def: { kind: 'trace', view, quantity: 'v', every: 3 }, unit: 'mV', values: 'f32', width: 4, rows: 9, restarts: [2] },
      { name: 'p.w', def: { kind: 'synapses', projection: 'p', quantity: 'w', every: 1 }, unit: '', values: 'f64', width: 2, rows: 0, restarts: [] },
    ],
  };
  expect(parseMeta(printMeta(meta), 'x')).toEqual(meta);
});

it('an array that is too large for memory is refused', () => {
  expect(() => requireReadable('out/results.npz', 'a.v', 2 ** 32 - 1)).not.toThrow();
  expect(() => requireReadable('out/results.npz', 'a.v', 4.4e9)).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [unsupported]: 'a.v' in out/results.npz has 4.4 GB, more than one array in memory can
      Open it by NumPy or h5py, which read a part at a time; or record less, or more rarely.]
  `);
});
