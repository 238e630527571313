import { coreCount, mayShareThreads } from '#platform';
import { selectCells } from '../compile/selection.ts';
import { countByRule } from '../compile/synapseCount.ts';
import { SpikeloomError } from '../core/error.ts';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { actsOnEvents } from '../model/synapse.ts';
import type { NetworkDef, PopulationDef, ViewDef } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import { populationModel } from '../network/populationModel.ts';
import { BACKENDS, type BackendName } from './backends.ts';
import { Loaded } from './loaded.ts';

/** On how many threads a network runs, and why. */
export interface ThreadChoice {
  readonly threads: number;
  readonly reason: string;
}

/** What a step is made of, on one thread: estimated from the definition, before anything is built. */
export interface StepCost {
  readonly cells: number;
  readonly cellsNs: number;
  /** Of synapses that act on spikes, at `RATE`. */
  readonly events: number;
  /** Synapses summed in every step. */
  readonly sums: number;
  readonly us: number;
}

/** ns on one thread, f32: a cell, each of its derivatives besides, an event, a synapse that is summed in every step. */
const CELL = 1;
const DERIVATIVE = 0.5;
const EVENT = 3;
const SUM = 0.5;
/** Spikes that a cell is taken to have, per ms. */
const RATE = 0.01;
/** µs: below it a step is never worth sharing out. */
const WORTH = 40;
/** How much faster several threads must be on trial. */
const GAIN = 1.25;
/** Trials that do not count are those of code that is not optimised yet, and of threads that the system has yet to put on cores of their own. */
const TRIALS = { of: 15, notCounted: 6, steps: 100 } as const;
/** More than these `auto` does not try. */
const MOST_TRIED = 8;

/** @throws SpikeloomError 'unsupported' where there can't be as many threads as wished for */
export async function chooseThreads(wish: number | 'auto' | undefined, backend: BackendName, def: NetworkDef): Promise<ThreadChoice> {
  if (wish === undefined || wish === 'auto') return chooseAlone(backend, def);
  requirePossible(wish, backend);
  return { threads: wish, reason: 'so many were asked for' };
}

function requirePossible(wish: number, backend: BackendName): void {
  if (wish > BACKENDS[backend].mostThreads) {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `threads is ${wish}, but the backend '${backend}' runs a network on one thread`,
      hint: "Take the backend 'wasm', or threads: 1.",
    });
  }
  if (wish === 1 || mayShareThreads()) return;
  throw new SpikeloomError({
    code: 'unsupported',
    message: `threads is ${wish}, but threads can't share memory here`,
    hint: 'Use simulateInWorker, in a page served with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp; or threads: 1.',
  });
}

async function chooseAlone(backend: BackendName, def: NetworkDef): Promise<ThreadChoice> {
  if (BACKENDS[backend].mostThreads === 1) return { threads: 1, reason: `the backend '${backend}' has one` };
  if (!mayShareThreads()) return { threads: 1, reason: "threads can't share memory here" };
  const most = Math.min(coreCount(), MOST_TRIED);
  if (most === 1) return { threads: 1, reason: 'there is one core' };
  const cost = costOfStep(def);
  const step = printCost(cost);
  if (cost.us < WORTH) return { threads: 1, reason: `${step}; from ${WORTH} µs on, more are tried` };
  const gain = await gainOf(most);
  const tried = `${step}; ${most} threads were ${gain.toFixed(2)} times as fast as one on trial`;
  return gain >= GAIN ? { threads: most, reason: tried } : { threads: 1, reason: `${tried}, less than ${GAIN}` };
}

function printCost({ cells, cellsNs, events, sums, us }: StepCost): string {
  const parts = [
    `${cells} cells x ${(cellsNs / Math.max(1, cells)).toFixed(1)} ns`,
    `${Math.round(events)} events x ${EVENT} ns`,
    `${sums} sums x ${SUM} ns`,
  ];
  return `a step takes some ${us < 10 ? us.toFixed(1) : us.toFixed(0)} µs, ${parts.join(' + ')}`;
}

/** Rules that say by themselves how many synapses they make are counted, others count for nothing. */
export function costOfStep(def: NetworkDef): StepCost {
  const populations = new Map(def.populations.map((p) => [p.name, p]));
  let [cells, cellsNs, events, sums] = [0, 0, 0, 0];
  for (const p of def.populations) {
    cells += p.rows * p.columns;
    cellsNs += p.rows * p.columns * (CELL + DERIVATIVE * populationModel(p, populations).derivatives.length);
  }
  for (const projection of def.projections) {
    const [sources, targets] = [projection.source, projection.target].map((view) => cellsIn(view, populations));
    const n = countByRule(projection, sources, targets)?.synapses ?? 0;
    if (actsOnEvents(projection.synapse)) events += n * RATE * def.dt;
    else if (projection.rule.kind !== 'all-to-all') sums += n;
  }
  return { cells, cellsNs, events, sums, us: (cellsNs + events * EVENT + sums * SUM) / 1000 };
}

function cellsIn({ population, cells }: ViewDef, populations: ReadonlyMap<string, PopulationDef>): number {
  const def = populations.get(population);
  if (!def || cells.kind === 'where') return 0;
  return cells.kind === 'all' ? def.rows * def.columns : selectCells(cells, def).length;
}

const gains = new Map<number, Promise<number>>();

/** How many times as fast as one so many threads are here and now; tried once a process. */
function gainOf(threads: number): Promise<number> {
  const known = gains.get(threads) ?? tryThreads(threads);
  gains.set(threads, known);
  return known;
}

/** Cells whose step takes about as long as one that is just worth sharing out. */
async function tryThreads(threads: number): Promise<number> {
  const cell = defineNeuron({
    name: 'trial',
    quantities: { v: quantity(0), tau: quantity(20) },
    equations: 'dv/dt = (1 - v) / tau',
    spike: 'v > 2',
    integrator: 'exact',
  });
  const network = new Network({ dt: 0.1 });
  network.population('cells', cell(), 2 ** 15);
  const settings = { backend: 'wasm', precision: 'f32', maxMemory: undefined, counts: false } as const;
  const [one, several] = [await Loaded.load(network.def, { ...settings, threads: 1 }), await Loaded.load(network.def, { ...settings, threads })];
  try {
    const ratios = Array.from({ length: TRIALS.of }, () => timeOf(one) / timeOf(several));
    const counted = ratios.slice(TRIALS.notCounted).sort((a, b) => a - b);
    return Math.round(100 * counted[Math.floor(counted.length / 2)]) / 100;
  } finally {
    one.dispose();
    several.dispose();
  }
}

function timeOf({ executor }: Loaded): number {
  const begin = performance.now();
  executor.run(TRIALS.steps);
  return performance.now() - begin;
}
