import { allToAll, defineNeuron, Network, quantity, type Simulation, type Synapse, simulate } from 'spikeloom';
import { staticSynapse, stdp } from 'spikeloom/models';
import type { BenchOptions } from './options.ts';

/** A leaky cell that fires steadily by itself, so that both networks have nearly the same spikes. */
const cell = defineNeuron({
  name: 'leaky',
  quantities: {
    v: quantity(0, 'mV', 'membrane potential above rest'),
    drive: quantity(25, 'mV', 'steady drive'),
    v_th: quantity(20, 'mV', 'threshold'),
    tau_m: quantity(60, 'ms', 'time constant of the membrane'),
  },
  equations: 'dv/dt = (drive - v) / tau_m',
  spike: 'v >= v_th',
  reset: 'v = 0[mV]',
  integrator: 'exact',
});

/** All pairs of a 20 x 20 lattice, with delays from 0 to 10 ms; without synapses where no model is given. */
function lattice(synapse: Synapse | undefined): Network {
  const network = new Network({ dt: 0.1, seed: 1 });
  const sheet = network.lattice('sheet', cell(), { rows: 20, columns: 20 });
  sheet.set({ v: 'uniform(0, 20)', drive: 'uniform(21, 26)' });
  if (synapse) network.connect(sheet, sheet, synapse, allToAll({ autapses: false })).set({ delay: 'uniform(0, 10)' });
  return network.recordSpikeCounts(sheet);
}

const WEIGHT = { target: 'v', w: 1e-4 } as const;
const NETWORKS = { plastic: stdp({ ...WEIGHT, w_max: 2e-4 }), frozen: staticSynapse(WEIGHT), uncoupled: undefined } as const;
type Name = keyof typeof NETWORKS;

export interface PlasticityFigures {
  readonly synapses: number;
  readonly seconds: number;
  /** Spikes of all cells in that time. */
  readonly spikes: Readonly<Record<Name, number>>;
  /** Real time, ms. */
  readonly elapsed: Readonly<Record<Name, number>>;
  /** For each spike that arrives at a synapse, without the time that the cells take; with plasticity that includes what spikes of targets do. */
  readonly nsPerEvent: { readonly plastic: number; readonly frozen: number };
  /** Of the whole network to the same with frozen weights. */
  readonly ratio: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function spikesIn(simulation: Simulation, ms: number): Promise<{ readonly spikes: number; readonly elapsed: number }> {
  const before = simulation.recordings.spikeCounts('sheet').reduce((a, b) => a + b, 0);
  const { elapsed } = await simulation.run(ms);
  return { spikes: simulation.recordings.spikeCounts('sheet').reduce((a, b) => a + b, 0) - before, elapsed };
}

/** Runs the three networks in turns, after a second of warm-up, and takes medians. */
export async function benchPlasticity({ seconds, repeats }: { readonly seconds: number; readonly repeats: number }): Promise<PlasticityFigures> {
  const names = Object.keys(NETWORKS) as Name[];
  const simulations = new Map<Name, Simulation>();
  for (const name of names) simulations.set(name, await simulate(lattice(NETWORKS[name])));
  const runs: Record<Name, { spikes: number; elapsed: number }[]> = { plastic: [], frozen: [], uncoupled: [] };
  for (const simulation of simulations.values()) await simulation.run(1000);
  for (let i = 0; i < repeats; i++) {
    for (const [name, simulation] of simulations) runs[name].push(await spikesIn(simulation, seconds * 1000));
  }
  for (const simulation of simulations.values()) simulation.dispose();
  const each = (of: 'spikes' | 'elapsed') =>
    Object.fromEntries(names.map((name) => [name, median(runs[name].map((run) => run[of]))])) as Record<Name, number>;
  const [spikes, elapsed] = [each('spikes'), each('elapsed')];
  const perEvent = (name: 'plastic' | 'frozen'): number => ((elapsed[name] - elapsed.uncoupled) * 1e6) / (spikes[name] * 399);
  return {
    synapses: 400 * 399,
    seconds,
    spikes,
    elapsed,
    nsPerEvent: { plastic: perEvent('plastic'), frozen: perEvent('frozen') },
    ratio: elapsed.plastic / elapsed.frozen,
  };
}

/** What is printed. */
export async function plasticityText({ seconds = 10, repeat = 3, json }: BenchOptions): Promise<string> {
  const figures = await benchPlasticity({ seconds, repeats: repeat });
  if (json) return `${JSON.stringify(figures)}\n`;
  const { synapses, spikes, elapsed, nsPerEvent, ratio } = figures;
  const rows = (['plastic', 'frozen', 'uncoupled'] as const).map((name) => {
    const event = name === 'uncoupled' ? '' : `, ${nsPerEvent[name].toFixed(1)} ns a synaptic event`;
    return `${name.padEnd(20)} ${(elapsed[name] / seconds).toFixed(0)} ms a model s, ${spikes[name]} spikes${event}\n`;
  });
  return `synapses             ${synapses}\n${rows.join('')}plastic to frozen    ${ratio.toFixed(2)}\n`;
}
