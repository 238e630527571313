// Makes docs/pictures from the examples: npm run gallery
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Network, type Recordings, simulate } from 'spikeloom';
import {
  animateLattice,
  type PlotOptions,
  plotHeatMap,
  plotHistogram,
  plotLattice,
  plotLines,
  plotMeans,
  plotPhasePlane,
  plotRaster,
  plotSpikes,
  plotTraces,
} from 'spikeloom/plot';
import { recallPattern } from '../examples/autoassociation.ts';
import { coupledIzhikevich } from '../examples/coupledIzhikevich.ts';
import { readGrid } from '../examples/gridCells.ts';
import { readHeading } from '../examples/headDirection.ts';
import { hodgkinHuxleyNeurotransmission } from '../examples/hodgkinHuxleyNeurotransmission.ts';
import { hopfieldRecall } from '../examples/hopfieldRecall.ts';
import { interactingLattices } from '../examples/interactingLattices.ts';
import { latticeWaves } from '../examples/latticeWaves.ts';
import { type Classification, classifyTemplates, TRIALS } from '../examples/liquidStateMachine.ts';
import { morrisLecarStaticInput } from '../examples/morrisLecarStaticInput.ts';
import { ringAttractor } from '../examples/ringAttractor.ts';
import { stdpCoupling } from '../examples/stdpCoupling.ts';

/** A picture, or undefined where the example does not record what it shows. */
type Draw = (recordings: Recordings, look: PlotOptions, network: Network) => string | undefined;

interface Exhibit {
  readonly network: Network;
  /** Drawn light and dark. */
  readonly pictures: Readonly<Record<string, Draw>>;
  /** Drawn once. */
  readonly animation?: (recordings: Recordings, network: Network) => Promise<Uint8Array>;
}

/** The neuron, the trains and what becomes of their weights, below each other. */
function drawCoupling(recordings: Recordings, look: PlotOptions): string {
  const v = recordings.trace('neuron', 'v');
  const waveform = recordings.trace('trains', 'waveform');
  const weights = recordings.synapses('trains->neuron', 'w');
  const count = weights.sources.length;
  const trains = Array.from(weights.sources, (cell, i) => ({
    label: `train ${cell}`,
    waveform: waveform.of(cell),
    weights: Array.from(weights.times, (_, k) => weights.values[k * count + i]),
  }));
  const panels = [
    { title: 'neuron', quantity: 'v (mV)', series: [{ label: 'neuron', times: v.times, values: v.of(0) }] },
    {
      title: 'spike trains',
      quantity: 'waveform (mV)',
      series: trains.map(({ label, waveform: values }) => ({ label, times: waveform.times, values })),
    },
    { title: 'weights', quantity: 'w', series: trains.map(({ label, weights: values }) => ({ label, times: weights.times, values })) },
  ];
  return plotLines(panels, { ...look, title: 'Spike trains onto an Izhikevich neuron, by synapses that learn' });
}

const EXHIBITS: readonly (() => Exhibit)[] = [
  () => ({
    network: morrisLecarStaticInput(),
    pictures: {
      'morris-lecar-static-input': (recordings, look) => plotTraces(recordings, { ...look, title: 'A Morris-Lecar neuron under a constant current' }),
      'morris-lecar-phase-plane': (recordings, look) =>
        plotPhasePlane(recordings, 'cell', ['v', 'k.n'], { ...look, title: 'From rest to a limit cycle' }),
    },
  }),
  () => ({
    network: coupledIzhikevich(),
    pictures: {
      'coupled-izhikevich': (recordings, look) => plotTraces(recordings, { ...look, title: 'A gap junction makes a second Izhikevich neuron fire' }),
    },
  }),
  () => ({
    network: hodgkinHuxleyNeurotransmission(),
    pictures: {
      'hodgkin-huxley-neurotransmission': (recordings, look) =>
        plotTraces(recordings, { ...look, title: 'Glutamate makes a second Hodgkin-Huxley neuron fire' }),
    },
  }),
  () => ({
    network: stdpCoupling(),
    pictures: { 'stdp-coupling': drawCoupling },
  }),
  () => ({
    network: interactingLattices(),
    pictures: {
      'interacting-lattices': (recordings, look) =>
        plotMeans(recordings, { ...look, title: 'Two interacting lattices burst together, then fall silent' }),
      'interacting-lattices-raster': (recordings, look) => plotSpikes(recordings, { ...look, end: 1000, title: 'Their spikes' }),
    },
  }),
  () => ({
    network: latticeWaves(),
    pictures: {
      'lattice-waves': (recordings, look, network) =>
        plotLattice(recordings, network.def.populations[0], 'v', {
          ...look,
          map: 'ember',
          title: 'The free end of a wave curls into a spiral: a lattice of Morris-Lecar neurons',
        }),
    },
    animation: (recordings, network) => animateLattice(recordings, network.def.populations[0], 'v', { theme: 'dark', map: 'ember', frames: 60 }),
  }),
  () => ({
    network: ringAttractor(),
    pictures: {
      'ring-attractor': (recordings, look) =>
        plotSpikes(recordings, { ...look, end: 1000, title: 'A cue makes a bump on a ring of cells; it stays when the cue is over' }),
    },
  }),
];

type Drawing = (look: PlotOptions) => string;

/** Three trials of a liquid state machine that are not among those its readout learnt from. */
function drawTrials({ spikes, labels }: Classification, look: PlotOptions): string {
  const { training, period } = TRIALS;
  const count = 3;
  const from = training * period;
  const row = (name: 'input' | 'liquid', size: number) => {
    const { times, cells } = spikes[name];
    const first = times.findIndex((time) => time > from);
    const end = times.findIndex((time) => time > from + count * period);
    return { label: name, size, times: times.slice(first, end).map((time) => time - from), cells: cells.slice(first, end) };
  };
  const shown = Array.from(labels.subarray(0, count), (label) => (label === 1 ? 'A' : 'B')).join(', ');
  return plotRaster([row('input', 10), row('liquid', 100)], {
    ...look,
    end: count * period,
    title: `Spike templates ${shown}, one every ${period} ms, onto a liquid of 100 cells`,
  });
}

/** What the readout says of new trials. */
function drawReadout({ labels, readout, accuracy }: Classification, look: PlotOptions): string {
  const edges = Float64Array.from({ length: 25 }, (_, i) => -3 + i / 4);
  const countsOf = (label: number): Float64Array => {
    const counts = new Float64Array(edges.length - 1);
    readout.forEach((value, i) => {
      if (labels[i] === label) counts[Math.floor((Math.min(Math.max(value, -3), 2.99) + 3) * 4)]++;
    });
    return counts;
  };
  const panel = {
    title: 'new trials',
    quantity: 'readout',
    counted: 'trials',
    edges,
    filled: { label: 'template A', counts: countsOf(1) },
    outlined: { label: 'template B', counts: countsOf(0) },
  };
  return plotHistogram([panel], { ...look, title: `A linear readout tells ${Math.round(100 * accuracy)} of 100 new trials right` });
}

/** Pictures of what examples measure, by their names. */
const MEASURED: readonly (() => Record<string, Drawing> | Promise<Record<string, Drawing>>)[] = [
  () => {
    const maps = hopfieldRecall({ flipped: 0.25 }).flatMap(({ stored, cue, recall: { states, pattern } }) => [
      { ...stored, label: 'stored' },
      { ...cue, label: 'cue' },
      { ...states[1], label: 'after one sweep' },
      { ...pattern, label: 'at the end' },
    ]);
    return {
      'hopfield-recall': (look) => plotHeatMap(maps, { ...look, quantity: 'active', title: 'A Hopfield lattice recalls what it has stored' }),
    };
  },
  async () => {
    const { stored, cue, recalled } = await recallPattern({ flipped: 0.2 });
    const maps = [
      { ...cue, label: 'cue, 100 ms' },
      { ...recalled, label: 'firing after 500 ms' },
      { ...stored, label: 'stored' },
    ];
    return { autoassociation: (look) => plotHeatMap(maps, { ...look, quantity: 'active', title: 'Spiking cells complete a pattern' }) };
  },
  async () => {
    const { track, head } = await readHeading();
    const degrees = (angles: Float64Array): Float64Array => angles.map((angle) => (angle * 180) / Math.PI);
    const series = [
      { label: 'head', times: track.times, values: degrees(head) },
      { label: 'bump', times: track.times, values: degrees(track.angles) },
    ];
    return {
      'head-direction': (look) =>
        plotLines([{ title: 'heading', quantity: 'degrees', series }], { ...look, title: 'A bump of head-direction cells turns with the head' }),
    };
  },
  async () => {
    const { maps, scores } = await readGrid();
    const shown = maps.slice(0, 4).map((map, k) => ({ ...map, label: `grid score ${scores[k].toFixed(2)}` }));
    return {
      'grid-cells': (look) =>
        plotHeatMap(shown, { ...look, map: 'ember', quantity: 'rate (Hz)', title: 'Rate maps of four grid cells over a box of 1.2 m' }),
    };
  },
  async () => {
    const classified = await classifyTemplates();
    return {
      'liquid-state-machine': (look) => drawTrials(classified, look),
      'liquid-state-machine-readout': (look) => drawReadout(classified, look),
    };
  },
];

export interface GalleryFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** Every file of the gallery: `name.svg`, `name-dark.svg`, and animations. */
export async function* gallery(): AsyncGenerator<GalleryFile> {
  for (const exhibit of EXHIBITS) {
    const { network, pictures, animation } = exhibit();
    const simulation = await simulate(network);
    await simulation.run();
    const { recordings } = simulation;
    for (const [name, draw] of Object.entries(pictures)) {
      for (const theme of ['light', 'dark'] as const) {
        const svg = draw(recordings, { theme }, network);
        if (svg === undefined) throw new Error(`${name} shows what its example does not record`);
        yield { name: fileOf(name, theme), content: svg };
      }
    }
    if (animation) yield { name: `${Object.keys(pictures)[0]}.gif`, content: await animation(recordings, network) };
    simulation.dispose();
  }
  for (const measure of MEASURED) {
    for (const [name, draw] of Object.entries(await measure())) {
      for (const theme of ['light', 'dark'] as const) yield { name: fileOf(name, theme), content: draw({ theme }) };
    }
  }
}

function fileOf(name: string, theme: 'light' | 'dark'): string {
  return theme === 'light' ? `${name}.svg` : `${name}-${theme}.svg`;
}

/** Where the gallery lies. */
export const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(FOLDER, { recursive: true });
  for await (const { name, content } of gallery()) {
    await writeFile(FOLDER + name, content);
    process.stdout.write(`docs/pictures/${name}, ${Math.ceil(content.length / 1000)} kB\n`);
  }
}
