import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CellSet } from './cellSet.ts';

const sets = fc
  .integer({ min: 1, max: 5000 })
  .chain((limit) => fc.record({ limit: fc.constant(limit), added: fc.array(fc.integer({ min: 0, max: limit - 1 }), { maxLength: 80 }) }));

it('takes numbers out in ascending order, once each, and those that are not in', () => {
  fc.assert(
    fc.property(sets, fc.nat(), ({ limit, added }, part) => {
      const set = new CellSet(limit);
      const out = new Uint32Array(limit + 1);
      const wanted = [...new Set(added)].sort((a, b) => a - b);
      for (let round = 0; round < 2; round++) {
        for (const n of added) set.add(n);
        for (const n of [0, limit - 1, ...added]) expect(set.has(n)).toBe(added.includes(n));
        const end = set.drain(out, 1);
        expect([...out.subarray(1, end)]).toEqual(wanted);
      }
      // Those that are in lie below the limit that is asked for, as all candidates of a rule do.
      const asked = Math.max(part % (limit + 1), ...added.map((n) => n + 1));
      for (const n of added) set.add(n);
      const end = set.drainOthers(out, 0, asked);
      const others = Array.from({ length: asked }, (_, n) => n).filter((n) => !added.includes(n));
      expect([...out.subarray(0, end)]).toEqual(others);
      expect(set.drain(out, 0)).toBe(0);
    }),
    { numRuns: 200 },
  );
});
