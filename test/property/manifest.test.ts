import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predicatesAsEdges } from '../../src/compile/edges.ts';
import { type BackendName, type NetworkDef, type Simulation, simulate } from '../../src/index.ts';
import { ManifestWriter, readManifest } from '../../src/io/manifest.ts';
import { stateHash } from '../../src/io/stateHash.ts';
import type { Precision } from '../../src/ir/expr.ts';
import { NETWORKS } from '../support/networks.ts';
import { difference, observe, state } from '../support/observe.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spikeloom-'));
});
afterAll(() => rm(folder, { recursive: true }));

const STEPS = 37;
const OTHER = { js: 'wasm', wasm: 'js' } as const satisfies Record<BackendName, BackendName>;
const SETTINGS = [
  { backend: 'wasm', precision: 'f32' },
  { backend: 'js', precision: 'f64' },
] as const;
const CASES = NETWORKS.flatMap(({ name, make }) => SETTINGS.map((setting) => ({ name, make, ...setting })));

interface Setting {
  readonly backend: BackendName;
  readonly precision: Precision;
}

/** Things done from outside: values of some cells every few steps, in the end with an array and a draw. */
function disturb(simulation: Simulation): void {
  const [{ name: population, model, rows, columns }] = simulation.network.populations;
  const [quantity] = Object.keys(model.quantities).filter((q) => typeof model.quantities[q].value === 'number');
  let calls = 0;
  simulation.every(5 * simulation.network.dt, async () => {
    const end = ++calls % 2 === 0 ? 1 : rows * columns;
    const view = { population, cells: rows * columns > 1 ? ({ kind: 'slice', start: 0, end } as const) : ({ kind: 'all' } as const) };
    const values = simulation.read(view, quantity);
    await simulation.write(view, { [quantity]: values.map((x) => x * 1.01) });
    if (calls === 4) await simulation.reset({ keep: [`${population}.${quantity}`] });
  });
}

/** A run with a manifest; what was seen of it. */
async function recorded(path: string, def: NetworkDef, setting: Setting) {
  const network = predicatesAsEdges(def);
  let manifest: ManifestWriter | undefined;
  const simulation = await simulate(network, { ...setting, onJournal: (entry) => manifest?.add(entry) });
  const duration = STEPS * def.dt;
  const about = { version: '0', file: 'net.ts', threads: 1, duration, driven: true, options: {}, machine: {} };
  manifest = await ManifestWriter.begin(path, { ...about, ...setting, network }, simulation.journal);
  disturb(simulation);
  await simulation.run(duration);
  const hash = await stateHash(simulation);
  await manifest.end({ end: 'done', steps: simulation.stepsRun, time: simulation.time, results: [], timings: {}, ...(hash && { state: hash }) });
  return { seen: observe(simulation), journal: simulation.journal };
}

describe.each(CASES)('$name, $backend $precision', ({ make, name, ...setting }) => {
  it('is repeated from its manifest bit for bit, interventions included', async () => {
    const path = join(folder, `${name} ${setting.backend} ${setting.precision}`.replaceAll(/\W/g, '-'));
    const { def } = make().network;
    const { seen, journal } = await recorded(path, def, setting);
    const manifest = await readManifest(join(path, 'manifest.json'));
    expect(manifest).toMatchObject({ ...setting, end: 'done', steps: STEPS });
    const again = await simulate(manifest.network, { ...setting, backend: OTHER[setting.backend] });
    again.replay(manifest.journal);
    await again.run(manifest.steps * def.dt);
    expect(difference(seen, observe(again))).toBeUndefined();
    expect(await stateHash(again)).toBe(manifest.state);
    expect(again.journal).toEqual(journal);
    expect(journal.length).toBeGreaterThan(4);
  });
});

it('observing changes nothing: recorders, reading, snapshots, a sink, progress, the hash of the state', async () => {
  const cases = fc.record({
    network: fc.constantFrom(...NETWORKS),
    precision: fc.constantFrom('f32' as const, 'f64' as const),
    backend: fc.constantFrom('js' as const, 'wasm' as const),
    every: fc.integer({ min: 1, max: 9 }),
    cuts: fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ network, every, cuts, ...setting }) => {
      const { def } = network.make().network;
      const bare = await simulate({ ...def, recorders: [] }, setting);
      await bare.run(cuts.reduce((a, b) => a + b) * def.dt);
      let written = 0;
      const watched = await simulate(def, { ...setting, keepRecorded: 1000, maxRate: 1e9, sink: { open: () => {}, write: () => void written++ } });
      let looks = 0;
      watched.every(every * def.dt, async () => {
        state(watched);
        watched.snapshot({ recordings: true });
        await stateHash(watched);
        looks++;
      });
      for (const steps of cuts) await watched.run(steps * def.dt, { onProgress: () => void watched.recordings.bytes });
      expect(difference(state(bare), state(watched))).toBeUndefined();
      expect(await stateHash(bare)).toBe(await stateHash(watched));
      if (watched.step >= every) expect(looks).toBeGreaterThan(0);
    }),
    { seed: 11, numRuns: 40 },
  );
}, 60_000);
