import { describe, expect, it } from 'vitest';
import { electrical, izhikevich } from '../models/index.ts';
import { Network } from '../network/network.ts';
import { type RecorderInfo, Recordings } from '../simulation/recordings.ts';
import { simulate } from '../simulation/simulation.ts';
import { animateLattice, plotLattice } from './lattice.ts';
import { pictures } from './pictures.ts';
import { plotMeans, plotPhasePlane, plotSpikes, plotSynapses, plotTraces } from './recordings.ts';

const texts = (svg: string | undefined): string[] => [...(svg ?? '').matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);

function network(): Network {
  const net = new Network({ dt: 0.5, duration: 40 });
  const one = net.population('one', izhikevich({ i_in: 20 }), 1);
  const sheet = net.lattice('sheet', izhikevich(), { rows: 3, columns: 4 });
  const projection = net.connect(one, sheet, electrical());
  net.record(one, 'v').record(one, 'w').record(sheet, 'v', { every: 4 });
  net
    .record(sheet, 'v', { mean: true })
    .recordSpikes(one)
    .recordSpikes(sheet.region([0, 2], [1, 3]));
  net.recordSpikeCounts(sheet).recordSynapses(projection, 'w', { every: 10 });
  return net;
}

async function recorded(net: Network): Promise<Recordings> {
  const simulation = await simulate(net);
  await simulation.run();
  return simulation.recordings;
}

/** A projection of `count` synapses, the weights of which are given sample after sample. */
function weights(count: number, samples: readonly (readonly number[])[]): Recordings {
  const info: RecorderInfo = {
    def: { kind: 'synapses', projection: 'a to b', quantity: 'w', every: 10 },
    cells: new Uint32Array(0),
    ends: { sources: Uint32Array.from({ length: count }, (_, i) => i), targets: new Uint32Array(count).fill(7) },
    unit: 'nS',
    values: 'f32',
    width: count,
  };
  const recordings = new Recordings([info], 0.1);
  recordings.append(0, { steps: Uint32Array.from(samples, (_, k) => k * 10), values: Float32Array.from(samples.flat()) });
  return recordings;
}

describe('pictures of recordings', () => {
  it('are all that the recordings allow, in a fixed order, each sound', async () => {
    const net = network();
    const all = pictures(net.def, await recorded(net), { theme: 'dark', end: 40 });
    expect(all.map(({ name }) => name)).toEqual([
      'raster',
      'means',
      'traces',
      'synapses',
      'lattice-sheet-v',
      'spike-counts-sheet',
      'phase-plane-one',
    ]);
    for (const { name, svg } of all) {
      expect(svg, name).not.toMatch(/NaN|Infinity|undefined/);
      expect(svg, name).toContain('fill="#0d1117"');
    }
  });

  it('are sound before anything has run, too', async () => {
    const net = network();
    const simulation = await simulate(net);
    for (const { name, svg } of pictures(net.def, simulation.recordings)) expect(svg, name).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('have names that tell them apart', async () => {
    const net = new Network({ dt: 1, duration: 5 });
    const sheet = net.lattice('sheet', izhikevich(), { rows: 2, columns: 2 });
    net.record(sheet, 'v').record(sheet, 'v', { every: 2 });
    expect(pictures(net.def, await recorded(net)).map(({ name }) => name)).toEqual(['traces', 'lattice-sheet-v', 'lattice-sheet-v-2']);
  });

  it('are none where nothing was recorded', async () => {
    const nothing = await recorded(new Network({ dt: 1, duration: 1 }));
    for (const plot of [plotMeans, plotTraces, plotSpikes, plotSynapses]) expect(plot(nothing)).toBeUndefined();
  });
});

describe('a picture', () => {
  it('of traces shows a few cells of many, from all over', async () => {
    const net = new Network({ dt: 1, duration: 5 });
    net.record(net.population('many', izhikevich(), 101), 'v');
    const shown = texts(plotTraces(await recorded(net)));
    expect(shown).toEqual(expect.arrayContaining(['many, 6 of 101 cells', 'cell 0', 'cell 20', 'cell 100', 'v (mV)']));
  });

  it('of spikes has a line for each recorded cell, not for others', async () => {
    expect(texts(plotSpikes(await recorded(network())))).toEqual(
      expect.arrayContaining(['one', '1 cell', 'sheet rows 0 to 1, columns 1 to 2', '4 cells']),
    );
  });

  it('of spikes begins with the first that was kept', () => {
    const def = { kind: 'spikes', view: { population: 'a', cells: { kind: 'all' } } } as const;
    const spikes = (keep: number) => {
      const recordings = new Recordings([{ def, cells: Uint32Array.of(0), unit: '1', values: 'u32', width: 1 }], 1, { keep });
      for (let k = 0; k < 10; k++) recordings.append(0, { steps: Uint32Array.of(k * 100 + 99), values: Uint32Array.of(0) });
      return texts(plotSpikes(recordings));
    };
    expect(spikes(1000)).toContain('0');
    expect(spikes(30)).not.toContain('0');
    expect(spikes(30)).toContain('820');
  });

  it('of a few synapses shows each', () => {
    expect(
      texts(
        plotSynapses(
          weights(2, [
            [0, 1],
            [1, 2],
          ]),
        ),
      ),
    ).toEqual(expect.arrayContaining(['a to b', '0 → 7', '1 → 7', 'w (nS)']));
  });

  it('of many synapses shows the median and the ranges of half and of nine tenths of them', () => {
    // 0 to 100, then all of them 50.
    const svg = plotSynapses(weights(101, [Array.from({ length: 101 }, (_, i) => (i * 37) % 101), new Array(101).fill(50)]), { height: 110 }) ?? '';
    expect(texts(svg)).toEqual(expect.arrayContaining(['a to b, 101 synapses', 'median', '5 to 95 %', '25 to 75 %']));
    const [wide, narrow, median] = [...svg.matchAll(/<path d="M[\d.]+ ([\d.]+)l[^"]*"/g)].map((m) => Number(m[1]));
    // 5 to 95 fill 100 of 110 pixels: 1.111 pixels for one.
    expect(narrow - wide).toBeCloseTo(20 / 0.9, 0);
    expect(median - narrow).toBeCloseTo(25 / 0.9, 0);
  });

  it('of a lattice shows the samples next to the times that are asked for', async () => {
    const net = network();
    const svg = plotLattice(await recorded(net), net.def.populations[1], 'v', { times: [0, 21, 1e9] });
    expect(texts(svg)).toEqual(expect.arrayContaining(['2 ms', '20 ms', '40 ms', 'v (mV)', 'row', 'column']));
  });

  it('of a phase plane has one quantity to the right and one up, recorded at the same times', async () => {
    const net = network();
    const recordings = await recorded(net);
    expect(texts(plotPhasePlane(recordings, 'one', ['v', 'w']))).toEqual(expect.arrayContaining(['v (mV)', 'w (mV)']));
    expect(() => plotPhasePlane(recordings, 'one', ['v', 'u'])).toThrow("'u', was not recorded");
    const uneven = new Network({ dt: 0.5, duration: 40 });
    const cell = uneven.population('cell', izhikevich(), 1);
    uneven.record(cell, 'v').record(cell, 'w', { every: 2 });
    const both = await recorded(uneven);
    expect(() => plotPhasePlane(both, 'cell', ['v', 'w'])).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: 'v' and 'w' of 'cell' were not recorded at the same times
        Record both with the same { every }, and give it here too where there are several.]
    `);
  });

  it('that moves shows the samples between two times, as many as asked for', async () => {
    const net = network();
    const recordings = await recorded(net);
    const count = (gif: Uint8Array) => gif.reduce((n, byte, i) => (byte === 0x21 && gif[i + 1] === 0xf9 && gif[i + 2] === 4 ? n + 1 : n), 0);
    const lattice = net.def.populations[1];
    expect(count(await animateLattice(recordings, lattice, 'v'))).toBe(20);
    expect(count(await animateLattice(recordings, lattice, 'v', { between: [10, 20] }))).toBe(6);
    expect(count(await animateLattice(recordings, lattice, 'v', { frames: 7 }))).toBe(7);
  });

  it('has this text', () => {
    const info: RecorderInfo = {
      def: { kind: 'mean', view: { population: 'exc', cells: { kind: 'all' } }, quantity: 'i', every: 1 },
      cells: Uint32Array.of(0, 1),
      unit: 'uA/cm^2',
      values: 'f64',
      width: 1,
    };
    const recordings = new Recordings([info], 1);
    recordings.append(0, { steps: Uint32Array.of(0, 1, 2), values: Float64Array.of(0, 2, 1) });
    expect(plotMeans(recordings, { width: 240, height: 60, title: 'small' })).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 178" width="240" height="178" role="img" font-family="Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="12" fill="#1f2328">
      <title>small</title>
      <rect width="240" height="178" fill="#ffffff"/>
      <text x="16" y="28" font-size="16" font-weight="600">small</text>
      <line x1="60" y1="70" x2="60" y2="130" stroke="#e8ebef"/>
      <line x1="60" y1="130" x2="60" y2="134" stroke="#59636e"/>
      <text x="60" y="147" text-anchor="middle" fill="#59636e">0</text>
      <line x1="138" y1="70" x2="138" y2="130" stroke="#e8ebef"/>
      <line x1="138" y1="130" x2="138" y2="134" stroke="#59636e"/>
      <text x="138" y="147" text-anchor="middle" fill="#59636e">1</text>
      <line x1="216" y1="70" x2="216" y2="130" stroke="#e8ebef"/>
      <line x1="216" y1="130" x2="216" y2="134" stroke="#59636e"/>
      <text x="216" y="147" text-anchor="middle" fill="#59636e">2</text>
      <line x1="60" y1="130" x2="216" y2="130" stroke="#59636e"/>
      <text x="138" y="168" text-anchor="middle" font-size="13">time (ms)</text>
      <line x1="60" y1="127.27" x2="216" y2="127.27" stroke="#e8ebef"/>
      <line x1="56" y1="127.27" x2="60" y2="127.27" stroke="#59636e"/>
      <text x="52" y="131.27" text-anchor="end" fill="#59636e">0</text>
      <line x1="60" y1="100" x2="216" y2="100" stroke="#e8ebef"/>
      <line x1="56" y1="100" x2="60" y2="100" stroke="#59636e"/>
      <text x="52" y="104" text-anchor="end" fill="#59636e">1</text>
      <line x1="60" y1="72.73" x2="216" y2="72.73" stroke="#e8ebef"/>
      <line x1="56" y1="72.73" x2="60" y2="72.73" stroke="#59636e"/>
      <text x="52" y="76.73" text-anchor="end" fill="#59636e">2</text>
      <line x1="60" y1="70" x2="60" y2="130" stroke="#59636e"/>
      <text x="32.56" y="100" text-anchor="middle" font-size="13" transform="rotate(-90 32.6 100.0)">i (µA/cm²)</text>
      <path d="M60 127.3l78-54.6 78 27.3" fill="none" stroke="#0072b2" stroke-linejoin="round" stroke-linecap="round" stroke-width="1.4"/>
      <text x="60" y="56" font-size="14" font-weight="600">mean of exc</text>
      </svg>
      "
    `);
  });
});
