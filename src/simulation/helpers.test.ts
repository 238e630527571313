import { expect, it, vi } from 'vitest';
import { wasmBackend } from '../backends/wasm/index.ts';
import { compileNetwork } from '../compile/compile.ts';
import type { SliceMakers } from '../compile/makeFanOut.ts';
import { COLUMN_ARRAYS, COLUMN_BYTES, type ColumnArray, fillColumns, type Program } from '../ir/program.ts';
import { izhikevich, staticSynapse, stdp } from '../models/index.ts';
import { allToAll, distanceKernel, edgeList, fixedInDegree, fixedOutDegree, fixedTotal, probability, where } from '../network/connect/index.ts';
import type { NetworkDef, RuleDef } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import { startHelper } from '../platform/node.ts';
import { Helpers, wantsHelpers } from './helpers.ts';
import { Loaded } from './loaded.ts';

const DRAWN = { w: 'normal(1, 0.2) + post.index / 10', delay: 'truncated(normal(2, 1), 0.5, 30)' };

/** Two sources, and a target that is no multiple of any number of slices. */
function network(rule: RuleDef, values: Readonly<Record<string, number | string>> = DRAWN, plastic = false): NetworkDef {
  const net = new Network({ dt: 0.5, seed: 5 });
  const cells = net.lattice('cells', izhikevich(), { rows: 9, columns: 11 });
  const others = net.population('others', izhikevich(), 30);
  const synapse = plastic ? stdp({ target: 'v' }) : staticSynapse({ target: 'v' });
  net.connect(cells, cells, synapse, rule).set(values);
  net.connect(cells, others.slice(3, 29), synapse, probability(0.3)).set(values);
  return net.def;
}

/** A program with the contents of its columns at load, in memory that threads may share. */
function contents(def: NetworkDef, threads: number, makers?: SliceMakers): { readonly program: Program; readonly bytes: Uint8Array } {
  const { program } = compileNetwork(def, 'f32', { threads, calculate: wasmBackend.calculator(), makers });
  const pages = Math.ceil(program.bytes / 2 ** 16);
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const columns = program.columns.map(({ type, offset, padded }): ColumnArray => new COLUMN_ARRAYS[type](buffer, offset, padded));
  fillColumns(program, (column) => columns[column]);
  return { program, bytes: new Uint8Array(buffer) };
}

/** Threads that help, and how often they were asked to. */
async function watched(threads: number): Promise<{ readonly helpers: Helpers; readonly makers: SliceMakers; asked(): number }> {
  const helpers = await Helpers.start(threads).catch((error) => {
    throw new Error('threads that help are built files: npm run build', { cause: error });
  });
  let asked = 0;
  const makers: SliceMakers = {
    begin: (task) => {
      asked++;
      return helpers.begin(task);
    },
  };
  return { helpers, makers, asked: () => asked };
}

it.each([2, 3])('makes the same bytes on %i threads as on one', async (threads) => {
  const { helpers, makers, asked } = await watched(threads);
  const networks: readonly (readonly [NetworkDef, number])[] = [
    // The second projection shares the fan-out of the first.
    [network(allToAll({ autapses: false })), 1],
    [network(where('pre.row < post.row')), 1],
    [network(probability(0.4)), 1],
    [network(fixedInDegree(20, { multapses: true })), 1],
    [network(fixedInDegree(20, { autapses: false })), 1],
    [network(fixedTotal(2500, { multapses: true })), 1],
    [network(fixedTotal(2500, { autapses: false })), 1],
    [network(distanceKernel('gaussian', { width: 2 })), 1],
    [network(probability(0.4), { w: 2, delay: 1 }), 2],
    [network(fixedTotal(2500, { multapses: true }), { w: 'uniform(0, 1)', delay: 'uniform(0, 400)' }), 1],
    // Read by target too.
    [network(probability(0.4), DRAWN, true), 2],
    // Made by one thread: such rules need all targets.
    [network(fixedOutDegree(20)), 0],
    [network(edgeList({ sources: [3, 1, 98], targets: [0, 98, 50] })), 0],
  ];
  for (const [def, fanOuts] of networks) {
    const before = asked();
    const alone = contents(def, threads);
    const helped = contents(def, threads, makers);
    expect(asked() - before).toBe(fanOuts);
    expect(helped.program).toEqual({ ...alone.program, fillings: expect.anything() });
    expect(Buffer.compare(helped.bytes, alone.bytes)).toBe(0);
    expect(
      alone.program.columns.some(
        ({ name, length, offset, type }) =>
          name.endsWith('.targets') && alone.bytes.subarray(offset, offset + length * COLUMN_BYTES[type]).some((x) => x > 0),
      ),
    ).toBe(true);
  }
  helpers.end();
});

it('makes the start anew, and what nobody shares, by itself', async () => {
  const { helpers, makers } = await watched(2);
  const def = network(probability(0.4));
  const alone = contents(def, 2);
  const { program, bytes } = contents(def, 2, makers);
  helpers.end();
  const columns = program.columns.map(({ type, padded }): ColumnArray => new COLUMN_ARRAYS[type](padded));
  fillColumns(program, (column) => columns[column]);
  // What lies around others has their contents.
  const around = new Set(program.columns.map(({ within }) => within));
  for (const { id, offset } of program.columns.filter((column) => !around.has(column.id))) {
    const { buffer, byteLength } = columns[id];
    expect(Buffer.compare(new Uint8Array(buffer), alone.bytes.subarray(offset, offset + byteLength))).toBe(0);
  }
  expect(Buffer.compare(bytes, alone.bytes)).toBe(0);
});

it.each([
  ['a delay', { ...DRAWN, delay: 'where(post.index > 60, -1, 2)' }],
  ['a delay of one slice alone', { ...DRAWN, delay: 'where(post.index < 20, -1, 2)' }],
  ['a weight', { ...DRAWN, w: 'where(post.index > 60, log(-1), 2)' }],
  ['a name', { ...DRAWN, w: 'post.weight' }],
])('tells the same mistake as one thread: %s', async (_, values) => {
  const { helpers, makers } = await watched(2);
  const def = network(probability(0.4), values);
  let alone: unknown;
  try {
    contents(def, 2);
  } catch (error) {
    alone = error;
  }
  expect(alone).toBeInstanceOf(Error);
  expect(() => contents(def, 2, makers)).toThrow(String((alone as Error).message));
  helpers.end();
});

it('ends with an error where a thread is lost', async () => {
  const def = network(probability(0.4));
  const ended = await Helpers.start(3, startHelper);
  ended.end();
  expect(() => contents(def, 3, ended)).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [unsupported]: thread 2 of 3 has ended while it made synapses
      It may have run out of memory. Take fewer threads, or a smaller network.]
  `);

  const started: Awaited<ReturnType<typeof startHelper>>[] = [];
  const failing = await Helpers.start(2, async () => {
    const helper = await startHelper();
    started.push(helper);
    return helper;
  });
  // A question without an answer is a fault of ours: the thread ends at it.
  started[0].ask({ kind: 'fill', fanOut: 7 });
  expect(() => contents(def, 2, failing)).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [unsupported]: thread 2 of 2 has ended while it made synapses
      It may have run out of memory. Take fewer threads, or a smaller network.]
  `);
  failing.end();
});

it('says how many threads could be started', async () => {
  let left = 1;
  const start = (): ReturnType<typeof startHelper> => (left-- > 0 ? startHelper() : Promise.reject(new Error('no memory')));
  await expect(Helpers.start(4, start)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [unsupported]: only 2 of 4 threads could be started: no memory
      Take fewer threads, 2 at most, or 'auto'.]
  `);
});

it('asks for help where there are many synapses that can be shared out', () => {
  const of = (rule: RuleDef): NetworkDef => {
    const net = new Network({ dt: 1 });
    const cells = net.population('cells', izhikevich(), 10_000);
    net.connect(cells, cells, staticSynapse({ target: 'v' }), rule);
    return net.def;
  };
  expect(wantsHelpers(of(fixedInDegree(3000)), 2)).toBe(true);
  expect(wantsHelpers(of(fixedInDegree(3000)), 1)).toBe(false);
  expect(wantsHelpers(of(fixedInDegree(300)), 2)).toBe(false);
  expect(wantsHelpers(of(fixedOutDegree(3000)), 2)).toBe(false);
});

it('helps where a network is loaded, and only where it is large', async () => {
  const load = async (size: number): Promise<Loaded> => {
    const net = new Network({ dt: 1 });
    const cells = net.population('cells', izhikevich(), size);
    net.connect(cells, cells, staticSynapse({ target: 'v' }), allToAll());
    return Loaded.load(net.def, { backend: 'wasm', precision: 'f32', maxMemory: undefined, counts: false, threads: 2 });
  };
  const start = vi.spyOn(Helpers, 'start');
  const begin = vi.spyOn(Helpers.prototype, 'begin');
  try {
    (await load(50)).dispose();
    expect(start).not.toHaveBeenCalled();
    const loaded = await load(4096);
    expect(start.mock.calls).toEqual([[2]]);
    expect(begin).toHaveBeenCalledOnce();
    const plan = loaded.projection('cells->cells');
    expect(plan.synapses).toBe(4096 ** 2);
    // The last source’s synapses onto the second slice: ascending targets from its first on.
    const { layout } = plan;
    if (layout.kind !== 'fan-out') throw new Error(layout.kind);
    expect([...loaded.values(layout.fanOut.targets).subarray(-3)]).toEqual([4093, 4094, 4095]);
    loaded.dispose();
  } finally {
    start.mockRestore();
    begin.mockRestore();
  }
});
