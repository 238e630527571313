import { describe, expect, it } from 'vitest';
import { jsBackend } from '../../src/backends/js/index.ts';
import { PRIMITIVES } from '../../src/ir/expr.ts';
import { printProgram } from '../../src/ir/print.ts';
import type { Program } from '../../src/ir/program.ts';
import { verifyProgram } from '../../src/ir/verify.ts';
import { RANDOM_PROGRAM_STEPS, randomProgram } from './randomProgram.ts';

const named = (program: Program, name: string) => {
  const column = program.columns.find((c) => c.name === name);
  if (!column) throw new Error(`no column ${name}`);
  return column.id;
};

describe('randomProgram', () => {
  it.each(['f32', 'f64'] as const)('covers every primitive, domain, statement and action in %s', (precision) => {
    const program = randomProgram(1, precision);
    const ops = new Set(program.kernels.flatMap((kernel) => kernel.nodes.map((node) => node.op)));
    expect([...Object.keys(PRIMITIVES), 'load', 'gather', 'constant', 'index', 'random'].filter((op) => !ops.has(op as never))).toEqual([]);
    const { init, derive, step } = program.schedule;
    expect(new Set([...init, ...derive, ...step].map((a) => a.kind))).toEqual(new Set(['kernel', 'clear', 'advance', 'sample', 'sampleSpikes']));
    const statements = new Set(program.kernels.flatMap((kernel) => kernel.body.map((s) => s.kind)));
    expect(statements).toEqual(new Set(['store', 'accumulate', 'reduce', 'emit', 'check']));
    const domains = program.kernels.map(({ domain }) => (domain.kind === 'synapses' ? domain.layout.kind : domain.kind));
    expect(new Set(domains)).toEqual(new Set(['once', 'neurons', 'spikes', 'dense', 'list']));
  });

  it('is the same for the same seed, and another for another', () => {
    expect(printProgram(randomProgram(3, 'f32'))).toBe(printProgram(randomProgram(3, 'f32')));
    expect(printProgram(randomProgram(3, 'f32'))).not.toBe(printProgram(randomProgram(4, 'f32')));
  });

  it('runs without a fault, with spikes, finite where it should be, and does not stand still', async () => {
    let spikes = 0;
    for (let seed = 0; seed < 12; seed++) {
      const program = randomProgram(seed, seed % 2 === 0 ? 'f32' : 'f64');
      verifyProgram(program);
      const executor = await jsBackend.load(program);
      executor.init();
      const cursor = executor.view(named(program, 'spikes.cursor'));
      const seen = new Set<string>();
      for (let step = 0; step < RANDOM_PROGRAM_STEPS; step++) {
        if (executor.run(1).end === 'full') {
          cursor[0] = 0;
          expect(executor.run(1)).toEqual({ steps: 1, end: 'done' });
        }
        spikes += executor.view(named(program, 'spikes.count'))[0];
        seen.add([...executor.view(named(program, `self.${program.precision}`))].join());
      }
      expect(seen.size).toBe(RANDOM_PROGRAM_STEPS);
      for (const { id, name, length, type } of program.columns) {
        if (type === 'u32' || name.startsWith('wild')) continue;
        expect([...executor.view(id).subarray(0, length)].every(Number.isFinite), `${name} of ${seed}`).toBe(true);
      }
    }
    expect(spikes).toBeGreaterThan(500);
  });
});
