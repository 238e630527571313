import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/core/hash.ts';
import { type BackendName, type NetworkDef, type SimulateOptions, type Simulation, SpikeloomError, simulate } from '../../src/index.ts';
import { NETWORKS } from '../support/networks.ts';
import { difference, observe, state } from '../support/observe.ts';

const UNDRIVEN = NETWORKS.filter(({ name }) => name !== 'driven');
const OTHER = { js: 'wasm', wasm: 'js' } as const satisfies Record<BackendName, BackendName>;

const steps = (simulation: Simulation, n: number) => simulation.run(n * simulation.network.dt);

/** What is seen after a + b steps, of which the last b were run from a snapshot, by the other backend. */
async function resumed(def: NetworkDef, [a, b]: readonly [number, number], options: SimulateOptions & { readonly backend: BackendName }) {
  const first = await simulate(def, options);
  await steps(first, a);
  const bytes = first.snapshot({ recordings: true });
  const before = observe(first);
  first.dispose();
  const second = await simulate(def, { ...options, backend: OTHER[options.backend] });
  await second.restore(bytes);
  expect(difference(before, observe(second))).toBeUndefined();
  expect(Buffer.from(second.snapshot({ recordings: true })).equals(bytes)).toBe(true);
  await steps(second, b);
  return observe(second);
}

describe.each(UNDRIVEN)('$name', ({ make }) => {
  const { def } = make().network;

  it('run(a + b) is run(a), snapshot, restore in the other backend, run(b)', async () => {
    for (const backend of ['js', 'wasm'] as const) {
      const options = { backend, precision: backend === 'js' ? 'f32' : 'f64' } as const;
      const whole = await simulate(def, options);
      await steps(whole, 47);
      expect(difference(observe(whole), await resumed(def, [19, 28], options)), backend).toBeUndefined();
    }
  });

  it('goes on the same where it is replaced by itself', async () => {
    const [plain, replaced] = [await simulate(def), await simulate(def)];
    for (const n of [13, 0, 22]) {
      await steps(plain, n);
      await steps(replaced, n);
      await replaced.replace(def);
    }
    expect(difference(observe(plain), observe(replaced))).toBeUndefined();
  });

  it('a snapshot and the journal after it give the original run', async () => {
    const options = { backend: 'wasm' } as const;
    const original = await simulate(def, options);
    const [{ name, model }] = def.populations;
    const [quantity] = Object.keys(model.quantities).filter((q) => typeof model.quantities[q].value === 'number');
    let calls = 0;
    original.every(5 * def.dt, async (simulation) => {
      const { rows, columns } = def.populations[0];
      const cells =
        rows * columns > 1 ? ({ kind: 'slice', start: 0, end: ++calls % 2 === 0 ? 1 : rows * columns } as const) : ({ kind: 'all' } as const);
      const values = simulation.read({ population: name, cells }, quantity);
      await simulation.write({ population: name, cells }, { [quantity]: values.map((x) => x * 1.01) });
    });
    await steps(original, 8);
    const bytes = original.snapshot({ recordings: true });
    const done = original.journal.length;
    await steps(original, 26);
    const again = await simulate(def, { backend: 'js' });
    await again.restore(bytes);
    again.replay(original.journal.slice(done));
    await steps(again, 26);
    expect(original.journal.length).toBeGreaterThan(done);
    expect(difference(observe(original), observe(again))).toBeUndefined();
    const fromStart = await simulate(def);
    fromStart.replay(original.journal);
    await steps(fromStart, 34);
    expect(difference(observe(original), observe(fromStart))).toBeUndefined();
    expect(fromStart.journal).toEqual(original.journal);
  });
});

it('a snapshot goes on at any step, of any network, in any precision', async () => {
  const setting = fc.record({
    network: fc.constantFrom(...UNDRIVEN),
    a: fc.integer({ min: 0, max: 60 }),
    b: fc.integer({ min: 0, max: 60 }),
    seed: fc.integer({ min: 0, max: 2 ** 48 }),
    backend: fc.constantFrom('js' as const, 'wasm' as const),
    precision: fc.constantFrom('f32' as const, 'f64' as const),
  });
  await fc.assert(
    fc.asyncProperty(setting, async ({ network, a, b, seed, ...options }) => {
      const def = { ...network.make().network.def, seed };
      const whole = await simulate(def, options);
      await steps(whole, a + b);
      expect(difference(observe(whole), await resumed(def, [a, b], options))).toBeUndefined();
    }),
    { seed: 3, numRuns: 25 },
  );
}, 60_000);

it('what is restored may have another seed, and values of its own where the network has one for all', async () => {
  const def = NETWORKS.find(({ name }) => name === 'rule: few at random')?.make().network.def as NetworkDef;
  const one = await simulate({ ...def, seed: 77 });
  await steps(one, 10);
  await one.write({ population: 'to', cells: { kind: 'slice', start: 2, end: 5 } }, { i_in: 30 });
  await one.setSynapses('second', { w: 0.7 });
  const bytes = one.snapshot();
  const two = await simulate(def, { backend: 'js' });
  await two.restore(bytes);
  await Promise.all([steps(one, 30), steps(two, 30)]);
  expect(two.network.seed).toBe(77);
  expect(difference(state(one), state(two))).toBeUndefined();
});

it('another process goes on with the same bits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spikeloom-'));
  try {
    const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
    const script = `
      import { readFile, writeFile } from 'node:fs/promises';
      import { simulate } from ${JSON.stringify(at('../../src/index.ts'))};
      import { NETWORKS } from ${JSON.stringify(at('../support/networks.ts'))};
      const { network } = NETWORKS.find(({ name }) => name === 'transmitters and receptors').make();
      const simulation = await simulate(network, { backend: 'js' });
      await simulation.restore(new Uint8Array(await readFile(process.argv[2])));
      await simulation.run(60 * network.def.dt);
      await writeFile(process.argv[3], simulation.snapshot({ recordings: true }));
    `;
    const program = join(folder, 'program.mjs');
    await build({
      stdin: { contents: script, resolveDir: at('.'), loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
      alias: { '#platform': at('../../src/platform/node.ts') },
      logLevel: 'error',
    });
    const { network } = NETWORKS.find(({ name }) => name === 'transmitters and receptors')?.make() ?? {};
    if (!network) throw new Error('no such network');
    const simulation = await simulate(network);
    await steps(simulation, 40);
    const [from, to] = [join(folder, 'from.state'), join(folder, 'to.state')];
    await writeFile(from, simulation.snapshot({ recordings: true }));
    await promisify(execFile)(process.execPath, [program, from, to]);
    await steps(simulation, 60);
    expect((await readFile(to)).equals(simulation.snapshot({ recordings: true }))).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

describe('bytes that are no whole snapshot', () => {
  const def = NETWORKS.find(({ name }) => name === 'recorders')?.make().network.def as NetworkDef;

  it('are refused, and change nothing', async () => {
    const simulation = await simulate(def);
    await steps(simulation, 9);
    const bytes = simulation.snapshot({ recordings: true });
    await steps(simulation, 4);
    const before = observe(simulation);
    const refused = async (bad: Uint8Array): Promise<void> => {
      await expect(simulation.restore(bad)).rejects.toBeInstanceOf(SpikeloomError);
    };
    const place = fc.integer({ min: 0, max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, (length) => refused(bytes.slice(0, length))),
      { seed: 4, numRuns: 150 },
    );
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), (at, flip) => refused(bytes.map((x, i) => (i === at ? x ^ flip : x)))),
      { seed: 5, numRuns: 150 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (junk) => refused(junk)),
      { seed: 6, numRuns: 50 },
    );
    expect(difference(before, observe(simulation))).toBeUndefined();
    expect(simulation.journal).toEqual([]);
  });

  it('end in a SpikeloomError or a state even where the checksum is right', async () => {
    const simulation = await simulate(def);
    await steps(simulation, 9);
    const bytes = simulation.snapshot({ recordings: true });
    const header = new DataView(bytes.buffer).getUint32(12, true);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 8, max: 16 + header - 1 }), fc.integer({ min: 0x20, max: 0x7e }), async (at, letter) => {
        const bad = bytes.slice();
        bad[at] = letter;
        new DataView(bad.buffer).setUint32(bad.length - 4, crc32(bad.subarray(0, -4)), true);
        const before = simulation.snapshot({ recordings: true });
        const error = await simulation.restore(bad).catch((e: unknown) => e);
        if (error === undefined) return;
        refused++;
        expect(error).toBeInstanceOf(SpikeloomError);
        expect(Buffer.from(simulation.snapshot({ recordings: true })).equals(before)).toBe(true);
      }),
      { seed: 7, numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
