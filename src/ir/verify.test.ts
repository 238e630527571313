import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../test/conformance/programBuilder.ts';
import { InternalError } from '../core/error.ts';
import { KernelBuilder } from './build.ts';
import type { ColumnId, IrNode } from './expr.ts';
import type { Domain, Kernel, KernelStatement } from './kernel.ts';
import type { Action, Column, Program } from './program.ts';
import { verifyKernel, verifyProgram } from './verify.ts';

const b = new ProgramBuilder();
const v = b.column('v', 'f32', 5);
const word = b.column('word', 'u32', 5);
const one = b.column('one', 'f32', 1);
const sum = b.column('sum', 'f64', 1);
const count = b.column('count', 'u32', 1);
const list = b.column('list', 'u32', 5);
const rows = b.column('rows', 'u32', 6);
const sources = b.column('sources', 'u32', 7);
const w = b.column('w', 'f32', 7);
const matrix = b.column('matrix', 'f32', 40);
const { columns } = b.finish();

const neurons: Domain = { kind: 'neurons', count: 5 };
const once: Domain = { kind: 'once' };
const spikes: Domain = { kind: 'spikes', list, count };
const rowsOf: Domain = { kind: 'synapses', sources: 5, targets: 5, layout: { kind: 'list', rows, sources } };
const dense: Domain = { kind: 'synapses', sources: 5, targets: 5, layout: { kind: 'dense' } };
const events: Domain = { kind: 'events', side: 'post', spikes: { list, count }, fanIn: { slices: 1, rows, synapses: sources, sources: null } };

const zero: IrNode = { op: 'constant', type: 'float', value: 0 };
const word0: IrNode = { op: 'constant', type: 'u32', value: 0 };
const less: IrNode = { op: 'lt', type: 'bool', args: [0, 0] };
const load = (column: ColumnId, at: 'once' | 'self' | 'pre' | 'post' | 'edge', type: 'float' | 'u32' = 'float'): IrNode => ({
  op: 'load',
  type,
  column,
  at,
});
const store = (column: ColumnId, value = 0): KernelStatement => ({ kind: 'store', column, value });
const kernel = (domain: Domain, nodes: IrNode[], body: KernelStatement[] = []): Kernel => ({ name: 'k', domain, precision: 'f32', nodes, body });

function refusal(body: () => void): string {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(InternalError);
    return (error as Error).message.replace('. This is a fault in spikeloom, please report it.', '');
  }
  return 'accepted';
}

describe('verifyKernel', () => {
  it('accepts what is right in each domain', () => {
    const accumulate = (column: ColumnId): KernelStatement => ({ kind: 'accumulate', column, value: 0 });
    const random: IrNode = { op: 'random', type: 'u32', stream: 0xffffffff, draw: 0 };
    const good: Kernel[] = [
      kernel(once, [load(sum, 'once'), random], [store(one), store(count, 1)]),
      kernel(
        neurons,
        [load(v, 'self'), less, load(one, 'once'), random, { op: 'index', type: 'u32', at: 'self' }],
        [store(v), store(word, 3), { kind: 'reduce', column: sum, value: 0 }, { kind: 'emit', list, count, when: 1 }, { kind: 'check', value: 2 }],
      ),
      kernel(spikes, [load(v, 'self'), random], [store(v), store(word, 1)]),
      kernel(rowsOf, [load(w, 'edge'), load(v, 'post'), { op: 'index', type: 'u32', at: 'pre' }], [accumulate(v), accumulate(v), store(w)]),
      kernel(dense, [load(matrix, 'edge'), load(v, 'pre')], [store(matrix)]),
      kernel(events, [load(w, 'edge')], [accumulate(v), store(w)]),
    ];
    for (const k of good)
      expect(
        refusal(() => verifyKernel(k, columns)),
        k.domain.kind,
      ).toBe('accepted');
  });

  const cases: [string, Kernel][] = [
    ['kernel k, node 0 (exp): its argument 0 is not an earlier node', kernel(once, [{ op: 'exp', type: 'float', args: [0] }])],
    ['kernel k, node 1 (exp): it is not a primitive', kernel(once, [zero, { op: 'exp', type: 'float', args: [0] }])],
    ['kernel k, node 1 (add): it has 1 arguments, not 2', kernel(once, [zero, { op: 'add', type: 'float', args: [0] }])],
    ['kernel k, node 1 (neg): argument 0 is u32, not float', kernel(once, [word0, { op: 'neg', type: 'float', args: [0] }])],
    ['kernel k, node 1 (neg): its type is u32, not float', kernel(once, [zero, { op: 'neg', type: 'u32', args: [0] }])],
    ['kernel k, node 1 (neg): its argument -1 is not an earlier node', kernel(once, [zero, { op: 'neg', type: 'float', args: [-1] }])],
    ['kernel k, node 0 (constant): 0.1 is not a value of f32', kernel(once, [{ op: 'constant', type: 'float', value: 0.1 }])],
    ['kernel k, node 0 (constant): -1 is not a value of u32', kernel(once, [{ op: 'constant', type: 'u32', value: -1 }])],
    ['kernel k, node 0 (load): there is no column 99', kernel(once, [load(99 as ColumnId, 'once')])],
    ["kernel k, node 0 (load): column 'word' is u32, not f32 or f64", kernel(neurons, [load(word, 'self')])],
    ["kernel k, node 0 (load): column 'v' is f32, not u32", kernel(neurons, [load(v, 'self', 'u32')])],
    ["kernel k, node 0 (load): column 'v' has 5 elements, not 1", kernel(neurons, [load(v, 'once')])],
    ["kernel k, node 0 (load): column 'one' has 1 elements, not 5", kernel(neurons, [load(one, 'self')])],
    ["kernel k, node 0 (load): column 'one' has 1 elements, not 5", kernel(spikes, [load(one, 'self')])],
    ["kernel k, node 0 (load): column 'v' has 5 elements, not 7", kernel(rowsOf, [load(v, 'edge')])],
    ["kernel k, node 0 (load): column 'w' has 7 elements, not 37", kernel(dense, [load(w, 'edge')])],
    ["kernel k, node 0 (load): column 'v' has 5 elements, not 6", kernel({ ...dense, sources: 6 } as Domain, [load(v, 'pre')])],
    ["kernel k, node 0 (load): column 'v' has 5 elements, not 6", kernel({ ...dense, targets: 6 } as Domain, [load(v, 'post')])],
    ['kernel k, node 0 (load): the domain once has no access self', kernel(once, [load(v, 'self')])],
    ['kernel k, node 0 (load): the domain neurons has no access pre', kernel(neurons, [load(v, 'pre')])],
    ['kernel k, node 0 (load): the domain synapses has no access self', kernel(dense, [load(v, 'self')])],
    ['kernel k, node 0 (index): the domain once has no access self', kernel(once, [{ op: 'index', type: 'u32', at: 'self' }])],
    ['kernel k, node 1 (gather): its index is float, not u32', kernel(once, [zero, { op: 'gather', type: 'float', column: v, index: 0 }])],
    ['kernel k, node 0 (random): the domain synapses has no random numbers', kernel(dense, [{ op: 'random', type: 'u32', stream: 1, draw: 1 }])],
    ['kernel k, node 0 (random): the domain events has no random numbers', kernel(events, [{ op: 'random', type: 'u32', stream: 1, draw: 1 }])],
    ['kernel k, node 0 (random): stream and draw are not words of 32 bits', kernel(once, [{ op: 'random', type: 'u32', stream: 2 ** 32, draw: 1 }])],
    ["kernel k: column 'rows' has 6 elements, not 7", kernel({ ...rowsOf, targets: 6 } as Domain, [])],
    ["kernel k: column 'v' is f32, not u32", kernel({ kind: 'spikes', list: v, count }, [])],
    ['kernel k, statement 0 (store): there is no node 3', kernel(once, [zero], [store(one, 3)])],
    ['kernel k, statement 0 (store): its value is bool, which no column holds', kernel(once, [zero, less], [store(one, 1)])],
    ["kernel k, statement 0 (store): column 'word' is u32, not f32 or f64", kernel(neurons, [zero], [store(word)])],
    ["kernel k, statement 0 (store): column 'one' has 1 elements, not 5", kernel(neurons, [zero], [store(one)])],
    ["kernel k, statement 0 (store): column 'v' has 5 elements, not 7", kernel(rowsOf, [zero], [store(v)])],
    [
      'kernel k, statement 0 (accumulate): the domain neurons has no such statement',
      kernel(neurons, [zero], [{ kind: 'accumulate', column: v, value: 0 }]),
    ],
    ['kernel k, statement 0 (check): the domain once has no such statement', kernel(once, [zero], [{ kind: 'check', value: 0 }])],
    ['kernel k, statement 0 (reduce): the domain spikes has no such statement', kernel(spikes, [zero], [{ kind: 'reduce', column: sum, value: 0 }])],
    [
      "kernel k, statement 0 (accumulate): column 'word' is u32, not f32 or f64",
      kernel(dense, [zero], [{ kind: 'accumulate', column: word, value: 0 }]),
    ],
    ['kernel k, statement 0 (accumulate): its value is u32, not float', kernel(dense, [word0], [{ kind: 'accumulate', column: v, value: 0 }])],
    ["kernel k, statement 0 (reduce): column 'one' is f32, not f64", kernel(neurons, [zero], [{ kind: 'reduce', column: one, value: 0 }])],
    ['kernel k, statement 0 (emit): its value is float, not bool', kernel(neurons, [zero], [{ kind: 'emit', list, count, when: 0 }])],
    ['kernel k, statement 0 (check): its value is u32, not float', kernel(neurons, [word0], [{ kind: 'check', value: 0 }])],
    ["kernel k: emit and store write column 'list'", kernel(neurons, [zero, less, word0], [{ kind: 'emit', list, count, when: 1 }, store(list, 2)])],
    [
      "kernel k: reduce and reduce write column 'sum'",
      kernel(
        neurons,
        [zero],
        [
          { kind: 'reduce', column: sum, value: 0 },
          { kind: 'reduce', column: sum, value: 0 },
        ],
      ),
    ],
    ["kernel k: it writes column 'list', which its domain reads", kernel(spikes, [word0], [store(list)])],
    ["kernel k: it writes column 'sources', which its domain reads", kernel(rowsOf, [word0], [store(sources)])],
    [
      "kernel k, node 1 (gather): it reads column 'v', which the kernel writes",
      kernel(neurons, [word0, { op: 'gather', type: 'float', column: v, index: 0 }], [store(v, 1)]),
    ],
    [
      "kernel k, node 0 (load): it reads column 'v', which the kernel writes",
      kernel(dense, [load(v, 'pre')], [{ kind: 'accumulate', column: v, value: 0 }]),
    ],
  ];
  it.each(cases)('refuses: %s', (message, k) => {
    expect(refusal(() => verifyKernel(k, columns))).toBe(message);
  });
});

describe('verifyProgram', () => {
  const program = (): Program => {
    const builder = new ProgramBuilder();
    builder.column('v', 'f32', [1, 2, 3]);
    builder.column('n', 'u32', 1);
    builder.column('pairs', 'u32', 6);
    builder.column('wide', 'f64', 3);
    return builder.finish();
  };
  const [vId, nId, pairsId, wideId] = [2, 3, 4, 5] as ColumnId[];
  const withColumn = (id: number, change: Partial<Column>): Program => {
    const p = program();
    return { ...p, columns: p.columns.map((c, i) => (i === id ? { ...c, ...change } : c)) };
  };
  const withStep = (action: Action): Program => ({ ...program(), schedule: { init: [], derive: [], step: [action] } });
  const withInit = (action: Action): Program => ({ ...program(), schedule: { init: [action], derive: [], step: [] } });
  const withKernel = (schedule: (kernel: Extract<Action, { kind: 'kernel' }>) => Program['schedule']): Program => {
    const builder = new ProgramBuilder();
    return builder.finish(schedule(builder.kernel('k', 'f32', { kind: 'once' }, () => undefined)));
  };
  const sampler = { column: vId, cells: null, cellCount: 3, every: 1, buffer: vId, cursor: nId, capacity: 1 };
  const draw = {
    kind: 'draw',
    counter: [pairsId, pairsId, pairsId],
    stream: nId,
    block: 0,
    words: [pairsId, pairsId, pairsId, pairsId],
    count: nId,
  } as const;
  const spikeSampler = { list: nId, count: nId, buffer: pairsId, cursor: nId, capacity: 3 };

  it('accepts what is right', () => {
    const actions: Action[] = [
      { kind: 'sample', sampler },
      { kind: 'sampleSpikes', sampler: spikeSampler },
      { kind: 'clear', column: vId },
    ];
    for (const action of actions) expect(refusal(() => verifyProgram(withStep(action)))).toBe('accepted');
    expect(refusal(() => verifyProgram(program()))).toBe('accepted');
    expect(refusal(() => verifyProgram(withInit(draw)))).toBe('accepted');
  });

  const cases: [string, Program][] = [
    ["column 'v': its id is 7, its place 2", withColumn(2, { id: 7 as ColumnId })],
    ["column 't': the name is there twice", withColumn(2, { name: 't' })],
    ["column 'v': 3 elements do not pad 3", withColumn(2, { padded: 3 })],
    ["column 'v': 4 elements do not pad 5", withColumn(2, { length: 5 })],
    ["column 'v': its offset 4 is not a multiple of 64", withColumn(2, { offset: 4 })],
    ["column 'v': it overlaps the one before it", withColumn(2, { offset: 64 })],
    ['program: the columns take 1152 bytes of 384', withColumn(5, { offset: 1024, padded: 16 })],
    ["clock: column 'v' is f32, not u32", { ...program(), clock: { step: vId, t: 1 as ColumnId } }],
    ["clock: column 'v' is f32, not f64", { ...program(), clock: { step: 0 as ColumnId, t: vId } }],
    ["data: 5 values for column 'v' of 4", { ...program(), data: new Map([[vId, [1, 2, 3, 4, 5]]]) }],
    ["fillings: column 'v' is filled twice", { ...program(), fillings: [{ columns: [vId, nId, vId], fill: () => undefined }] }],
    ['schedule: there is no kernel 0', withStep({ kind: 'kernel', kernel: 0 })],
    ['schedule, kernel k: every 0 steps', withKernel((kernel) => ({ init: [], derive: [], step: [{ ...kernel, every: 0 }] }))],
    [
      'schedule: a kernel that is carried out every so many steps belongs into a step',
      withKernel((kernel) => ({ init: [], derive: [{ ...kernel, every: 2 }], step: [] })),
    ],
    ["schedule, clear: column 'n' is u32, not f32 or f64", withStep({ kind: 'clear', column: nId })],
    ['schedule: advance belongs into a step', withInit({ kind: 'advance' })],
    ['schedule: draw does not belong into a step', withStep(draw)],
    ["schedule, draw: column 'n' has 1 elements, not 6", withInit({ ...draw, counter: [nId, pairsId, pairsId] })],
    ["schedule, draw: column 'v' is f32, not u32", withInit({ ...draw, words: [pairsId, pairsId, vId, pairsId] })],
    ["schedule, draw: column 'v' is f32, not u32", withInit({ ...draw, stream: vId })],
    ['schedule, draw: the block 0.5 is not a word of 32 bits', withInit({ ...draw, block: 0.5 })],
    ["schedule, sample: column 'wide' is f64, not f32", withStep({ kind: 'sample', sampler: { ...sampler, buffer: wideId } })],
    ["schedule, sample: column 'v' has 3 elements, not 6", withStep({ kind: 'sample', sampler: { ...sampler, capacity: 2 } })],
    ["schedule, sample: column 'v' has 3 elements, not 4", withStep({ kind: 'sample', sampler: { ...sampler, cellCount: 4 } })],
    ["schedule, sample: column 'n' has 1 elements, not 3", withStep({ kind: 'sample', sampler: { ...sampler, cells: nId } })],
    ['schedule, sample: every 0 steps', withStep({ kind: 'sample', sampler: { ...sampler, every: 0 } })],
    ["schedule, sampleSpikes: column 'pairs' has 6 elements, not 8", withStep({ kind: 'sampleSpikes', sampler: { ...spikeSampler, capacity: 4 } })],
    [
      'schedule, sampleSpikes: 3 pairs do not hold a step of 6 neurons',
      withStep({ kind: 'sampleSpikes', sampler: { ...spikeSampler, list: pairsId } }),
    ],
  ];
  it.each(cases)('refuses: %s', (message, p) => {
    expect(refusal(() => verifyProgram(p))).toBe(message);
  });

  it('verifies the kernels', () => {
    const k = new KernelBuilder('f32');
    k.math('exp', k.load(vId, 'self'));
    const p = { ...program(), kernels: [k.finish('bad', { kind: 'neurons', count: 3 })] };
    expect(refusal(() => verifyProgram(p))).toBe('kernel bad, node 1 (exp): it is not a primitive');
  });
});
