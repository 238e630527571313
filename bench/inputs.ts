import { defineNeuron, Network, type Precision, quantity, simulate } from 'spikeloom';
import { poissonInput } from 'spikeloom/models';

/** Does next to nothing itself, so that what is measured is the input. */
const sum = defineNeuron({
  name: 'sum',
  quantities: { v: quantity(0, 'mV', 'sum of all that comes') },
});

const CELLS = 100_000;
/** Model ms of a timed run, with dt 0.1 ms. */
const RUN = 20;

export interface InputFigures {
  readonly precision: Precision;
  /** Mean number of events that a draw gives. */
  readonly mean: number;
  /** Real ns that a draw costs: the median of runs with less that of runs without. */
  readonly nsPerDraw: number;
}

async function timeStep(rate: number | undefined, precision: Precision, repeats: number): Promise<number> {
  const network = new Network({ dt: 0.1, seed: 1 });
  const cells = network.population('cells', sum(), CELLS);
  if (rate !== undefined) network.stimulate(cells, poissonInput({ target: 'v', rate, w: 0.1 }));
  const simulation = await simulate(network, { precision });
  try {
    await simulation.run(2 * RUN);
    const times: number[] = [];
    for (let i = 0; i < repeats; i++) times.push((await simulation.run(RUN)).elapsed);
    times.sort((a, b) => a - b);
    return (times[Math.floor(repeats / 2)] * 1e6) / CELLS / (RUN / 0.1);
  } finally {
    simulation.dispose();
  }
}

/** What a Poisson draw costs, for several means, warm, on the wasm backend. */
export async function measureInputs(precision: Precision, repeats: number): Promise<InputFigures[]> {
  const idle = await timeStep(undefined, precision, repeats);
  const figures: InputFigures[] = [];
  for (const mean of [0.16, 2, 12, 100]) {
    figures.push({ precision, mean, nsPerDraw: (await timeStep(mean * 10_000, precision, repeats)) - idle });
  }
  return figures;
}

export function inputsText(figures: readonly InputFigures[]): string {
  return figures.map(({ precision, mean, nsPerDraw }) => `${precision}, mean ${String(mean).padEnd(5)} ${nsPerDraw.toFixed(2)} ns a draw\n`).join('');
}
