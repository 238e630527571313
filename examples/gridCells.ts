import { allToAll, defineNeuron, Network, quantity, simulate } from 'spikeloom';
import { type BinnedMap, gridScore, type Path, rateMap } from 'spikeloom/attractors';
import { staticSynapse } from 'spikeloom/models';

/** Cells along each side of the torus. */
const SIDE = 20;

interface Swing {
  /** m */
  readonly size: number;
  /** s */
  readonly period: number;
  readonly phase: number;
}

/** The animal's walk: along each axis the sum of two swings, m. */
const WALK: Readonly<Record<'x' | 'y', readonly Swing[]>> = {
  x: [
    { size: 0.36, period: 13.1, phase: 0 },
    { size: 0.2, period: 8.3, phase: 1 },
  ],
  y: [
    { size: 0.36, period: 11.3, phase: 2 },
    { size: 0.2, period: 9.1, phase: 0.5 },
  ],
};
const BOX = { low: -0.6, high: 0.6 };

const placeAt = (swings: readonly Swing[], seconds: number): number =>
  swings.reduce((sum, { size, period, phase }) => sum + size * Math.sin((2 * Math.PI * seconds) / period + phase), 0);

/** Text for the velocity along an axis, m/s. */
const velocity = (swings: readonly Swing[]): string =>
  swings
    .map(({ size, period, phase }) => `${size} * ${(2 * Math.PI) / period} * cos(${2 * Math.PI} * t / ${1000 * period}[ms] + ${phase})`)
    .join(' + ');

/** A leaky cell with a slow synaptic input and one from the animal's movement in the direction that the cell prefers. */
const gridCell = defineNeuron({
  name: 'grid cell',
  quantities: {
    v: quantity(0, 'mV', 'membrane potential, from rest'),
    s: quantity(0, 'mV', 'synaptic input'),
    east: quantity(0, '1', 'preferred direction'),
    north: quantity(0, '1', 'preferred direction'),
    gain: quantity(6, 'mV', 'input at 1 m/s in the preferred direction'),
    drive: quantity(20, 'mV', 'constant input'),
    noise: quantity(1, 'mV', 'standard deviation that noise gives the potential'),
    v_th: quantity(20, 'mV', 'threshold'),
    tau: quantity(10, 'ms', 'membrane time constant'),
    tau_s: quantity(50, 'ms', 'decay of the synaptic input'),
    t_ref: quantity(3, 'ms', 'refractory period'),
  },
  equations: `
    movement = gain * (east * (${velocity(WALK.x)}) + north * (${velocity(WALK.y)}))
    dv/dt = (drive + movement + s - v) / tau + noise * sqrt(2 / tau) * xi(membrane) (unless refractory)
    ds/dt = -s / tau_s
  `,
  spike: 'v >= v_th',
  reset: 'v = 0[mV]',
  refractory: 't_ref',
  integrator: 'euler',
});

const odd = (x: string): string => `(${x} - 2 * floor(${x} / 2))`;
/** Of each four neighbours one prefers east, one north, one west, one south. */
const east = (end = ''): string => `(1 - ${odd(`${end}row`)} - ${odd(`${end}col`)})`;
const north = (end = ''): string => `(${odd(`${end}col`)} - ${odd(`${end}row`)})`;

/** Three waves at 60 degrees to each other over the places u and v along two sides of a rhombus: a hexagonal hill, 1 at its top. */
const hill = (u: string, v: string): string => {
  const wave = (x: string): string => `cos(${2 * Math.PI} * (${x}))`;
  return `(${wave(u)} + ${wave(v)} + ${wave(`${u} + ${v}`)}) / 3`;
};

/**
 * Cells on a torus whose sides meet at 60 degrees hold one bump of activity. Each sends its excitation ahead in the direction it
 * prefers, and fires more when the animal moves there: the bump moves with the animal, and every cell fires where the animal has gone
 * around the torus. Burak Y, Fiete I R (2009) Accurate path integration in continuous attractor network models of grid cells. PLoS
 * Computational Biology 5(2):e1000291; the torus of Guanella A, Kiper D, Verschure P (2007) Int J Neural Systems 17(4):231-240.
 */
export function gridCells(options: { readonly seed?: number } = {}): Network {
  const network = new Network({ dt: 1, seed: options.seed ?? 1, duration: 120_000 });
  const sheet = network.lattice('sheet', gridCell(), { rows: SIDE, columns: SIDE });
  sheet.set({ east: east(), north: north(), s: `10[mV] * ${hill(`row / ${SIDE} - 0.5`, `col / ${SIDE} - 0.5`)}` });
  const ahead = 0.12;
  const u = `(post.row - pre.row) / ${SIDE} - ${ahead} * (${east('pre.')} - ${north('pre.')} / ${Math.sqrt(3)})`;
  const v = `(post.col - pre.col) / ${SIDE} - ${ahead} * ${north('pre.')} * ${2 / Math.sqrt(3)}`;
  network.connect(sheet, sheet, staticSynapse({ target: 's', delay: 0 }), allToAll({ autapses: false })).set({ w: `0.125 * (${hill(u, v)} - 0.3)` });
  return network.recordSpikes(sheet);
}

export interface GridReadout {
  /** Rate maps of some cells, Hz, over a box of 1.2 m. */
  readonly maps: readonly BinnedMap[];
  /** Their grid scores. */
  readonly scores: readonly number[];
  /** The mean of them. */
  readonly accuracy: number;
}

export async function readGrid(options: { readonly seed?: number } = {}): Promise<GridReadout> {
  const network = gridCells(options);
  const simulation = await simulate(network);
  await simulation.run();
  const { cells, times } = simulation.recordings.spikes('sheet');
  simulation.dispose();
  const interval = 10;
  const seconds = Float64Array.from({ length: network.def.duration / interval }, (_, k) => (k * interval) / 1000);
  const path: Path = { interval, x: seconds.map((t) => placeAt(WALK.x, t)), y: seconds.map((t) => placeAt(WALK.y, t)) };
  const chosen = [0, 67, 134, 201, 268, 335];
  const maps = chosen.map((cell) => {
    const own = times.filter((_, i) => cells[i] === cell);
    return rateMap(own, path, { ...BOX, bins: 24 });
  });
  const scores = maps.map(gridScore);
  return { maps, scores, accuracy: scores.reduce((a, b) => a + b) / scores.length };
}
