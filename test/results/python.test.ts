import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ResultWriter } from '../../src/io/writer.ts';
import type { Recordings } from '../../src/simulation/recordings.ts';
import { simulate } from '../../src/simulation/simulation.ts';
import { temporaryFolders } from '../support/folders.ts';
import { python, pythonHas } from '../support/python.ts';
import { recordedNetwork } from '../support/recordedNetwork.ts';

/** Every array of a file, and its type, shape and numbers, which JSON gives back to the last bit. */
const NUMPY = `
import json, sys, numpy
file = numpy.load(sys.argv[1])
meta = json.loads(str(file['meta']))
arrays = {n: [file[n].dtype.str, file[n].shape, file[n].ravel().tolist()] for n in file.files if n != 'meta'}
print(json.dumps([meta, arrays]))
`;

const H5PY = `
import json, sys, h5py
file = h5py.File(sys.argv[1], 'r')
found, attributes = {}, {}
def plain(x): return x.tolist() if hasattr(x, 'tolist') else x
def visit(name, thing):
    if thing.attrs: attributes[name] = {k: plain(v) for k, v in thing.attrs.items()}
    if isinstance(thing, h5py.Dataset) and name != 'meta': found[name] = [thing.dtype.str, thing.shape, thing[:].ravel().tolist()]
file.visititems(visit)
attributes['/'] = {k: plain(v) for k, v in file.attrs.items()}
print(json.dumps([json.loads(file['meta'][()]), found, attributes]))
`;

/** Every array in the folder of a run that goes on. */
const SPOOLS = `
import json, sys, glob, os, numpy
print(json.dumps({os.path.basename(p): numpy.load(p).ravel().tolist() for p in glob.glob(sys.argv[1] + '/*.npy.partial')}))
`;

type Found = Readonly<Record<string, readonly [type: string, shape: readonly number[], numbers: readonly number[]]>>;
type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const folder = temporaryFolders();

async function recorded(
  formats: readonly ('npz' | 'h5')[],
  precision: 'f32' | 'f64',
): Promise<{ readonly recordings: Recordings; readonly path: string }> {
  const path = folder();
  const sink = new ResultWriter(path, formats);
  const simulation = await simulate(recordedNetwork(), { sink, precision, keepRecorded: 2 ** 30 });
  await simulation.run();
  await sink.close({ end: 'done', time: simulation.time });
  return { recordings: simulation.recordings, path };
}

const list = (numbers: ArrayLike<number>): number[] => Array.from(numbers);

describe.skipIf(!pythonHas('numpy')).each(['f32', 'f64'] as const)('NumPy reads results.npz of %s', (precision) => {
  let recordings: Recordings;
  let meta: Record<string, unknown>;
  let arrays: Found;
  beforeAll(async () => {
    const run = await recorded(['npz'], precision);
    recordings = run.recordings;
    [meta, arrays] = python(NUMPY, join(run.path, 'results.npz')) as [Record<string, unknown>, Found];
  });

  it('under names that can be guessed', () => {
    expect(Object.keys(arrays).filter((name) => !/\.(time_ms|cells|recorded|sources|targets)$/.test(name))).toEqual([
      'exc.spikes.cell',
      'in-h.spikes.cell',
      'exc.spikes.2.cell',
      'exc.v',
      'in-h.w',
      'exc.v.2',
      'exc.v.mean',
      'exc.v.mean.2',
      'to_"in-h",_1_2.w',
      'exc.spike_counts',
      'in-h.spike_counts',
    ]);
    expect(meta).toMatchObject({ spikeloom: 'results', end: 'done', time_ms: 60, dt: 0.1 });
  });

  it('with every number', () => {
    const number = precision === 'f32' ? '<f4' : '<f8';
    const spikes = recordings.spikes('in-h');
    expect(arrays['in-h.spikes.cell']).toEqual(['<u4', [spikes.cells.length], list(spikes.cells)]);
    expect(arrays['in-h.spikes.time_ms']).toEqual(['<f8', [spikes.times.length], list(spikes.times)]);
    const view = { def: { population: 'exc', cells: { kind: 'slice', start: 1, end: 4 } } };
    for (const [name, every] of [
      ['exc.v', 1],
      ['exc.v.2', 7],
    ] as const) {
      const trace = recordings.trace(view, 'v', { every });
      expect(arrays[name]).toEqual([number, [trace.times.length, 3], list(trace.values)]);
      expect(arrays[`${name}.time_ms`]).toEqual(['<f8', [trace.times.length], list(trace.times)]);
      expect(arrays[`${name}.cells`]).toEqual(['<u4', [3], [1, 2, 3]]);
    }
    const mean = recordings.mean('exc', 'v', { every: 1 });
    expect(arrays['exc.v.mean']).toEqual(['<f8', [600], list(mean.values)]);
    const synapses = recordings.synapses('to "in-h", 1/2', 'w');
    expect(arrays['to_"in-h",_1_2.w']).toEqual([number, [30, 12], list(synapses.values)]);
    expect(arrays['to_"in-h",_1_2.w.sources'][2]).toEqual(list(synapses.sources));
    expect(arrays['in-h.spike_counts']).toEqual(['<u4', [3], list(recordings.spikeCounts('in-h'))]);
  });
});

describe.skipIf(!pythonHas('h5py')).each(['f32', 'f64'] as const)('h5py reads results.h5 of %s', (precision) => {
  let recordings: Recordings;
  let found: Found;
  let attributes: Attributes;
  let meta: Record<string, unknown>;
  beforeAll(async () => {
    const run = await recorded(['h5'], precision);
    recordings = run.recordings;
    [meta, found, attributes] = python(H5PY, join(run.path, 'results.h5')) as [Record<string, unknown>, Found, Attributes];
  });

  it('laid out as SONATA does', () => {
    expect(attributes['/']).toEqual({ magic: 0x0a7a, version: [0, 1] });
    expect(attributes['spikes/exc']).toEqual({ population: 'exc', sorting: 'by_time' });
    expect(attributes['spikes/exc/timestamps']).toEqual({ units: 'ms' });
    expect(attributes['report/exc.v']).toEqual({ population: 'exc', quantity: 'v' });
    expect(attributes['report/exc.v/data']).toEqual({ units: 'mV' });
    expect(attributes['report/exc.v/mapping/time']).toEqual({ units: 'ms' });
    expect(Object.keys(found).filter((name) => name.startsWith('report/exc.v/'))).toEqual([
      'report/exc.v/data',
      'report/exc.v/mapping/element_ids',
      'report/exc.v/mapping/index_pointer',
      'report/exc.v/mapping/node_ids',
      'report/exc.v/mapping/time',
      'report/exc.v/timestamps',
    ]);
    expect(found['report/exc.v.2/mapping/time'][2].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([0.7, 60.2, 0.7]);
    expect(meta).toMatchObject({ spikeloom: 'results', end: 'done', time_ms: 60 });
  });

  it('with every number', () => {
    const number = precision === 'f32' ? '<f4' : '<f8';
    const spikes = recordings.spikes('in-h');
    expect(found['spikes/in-h/node_ids']).toEqual(['<u8', [spikes.cells.length], list(spikes.cells)]);
    expect(found['spikes/in-h/timestamps']).toEqual(['<f8', [spikes.times.length], list(spikes.times)]);
    expect(found['spikes/exc.2/recorded_ids'][2]).toEqual([4, 5, 6, 7, 8]);
    const trace = recordings.trace('in-h', 'w');
    expect(found['report/in-h.w/data']).toEqual([number, [200, 3], list(trace.values)]);
    expect(found['report/in-h.w/mapping/node_ids']).toEqual(['<u8', [3], [0, 1, 2]]);
    expect(found['mean/exc.v.mean/data']).toEqual(['<f8', [600], list(recordings.mean('exc', 'v', { every: 1 }).values)]);
    const synapses = recordings.synapses('to "in-h", 1/2', 'w');
    const group = 'synapses/to_"in-h",_1_2.w';
    expect(found[`${group}/data`]).toEqual([number, [30, 12], list(synapses.values)]);
    expect(found[`${group}/target_node_ids`]).toEqual(['<u8', [12], list(synapses.targets)]);
    expect(found['counts/in-h.spike_counts/data']).toEqual(['<u4', [3], list(recordings.spikeCounts('in-h'))]);
  });
});

it.skipIf(!pythonHas('numpy'))('NumPy reads what a run has written while it goes on', async () => {
  const path = folder();
  const sink = new ResultWriter(path, ['csv']);
  await sink.open(
    [{ def: { kind: 'spikes', view: { population: 'a', cells: { kind: 'all' } } }, cells: Uint32Array.of(0, 1), unit: '', values: 'u32', width: 1 }],
    0.5,
  );
  const [partial] = readdirSync(path);
  expect(python(SPOOLS, join(path, partial))).toEqual({
    '0.a.spikes.cell.npy.partial': [],
    '0.a.spikes.time_ms.npy.partial': [],
    '0.a.spikes.recorded.npy.partial': [0, 1],
  });
  // Enough to be written at once.
  const count = 400_000;
  await sink.write(0, { steps: Uint32Array.from({ length: count }, (_, i) => i), values: Uint32Array.from({ length: count }, (_, i) => i % 2) });
  const now = python(SPOOLS, join(path, partial)) as Record<string, number[]>;
  expect(now['0.a.spikes.time_ms.npy.partial']).toHaveLength(count);
  expect(now['0.a.spikes.time_ms.npy.partial'].slice(-2)).toEqual([199999.5, 200000]);
  await sink.close({ end: 'done' });
});
