/** Two cells, one of which drives the other; 50 ms. */
export const PAIR = `
import { Network } from 'spikeloom';
import { electrical, izhikevich } from 'spikeloom/models';

export function pair(): Network {
  const network = new Network({ dt: 0.1, seed: 3, duration: 50 });
  const driver = network.population('driver', izhikevich({ i_in: 20 }), 2);
  const follower = network.lattice('follower', izhikevich(), { rows: 2, columns: 3 });
  driver.set({ v: 'uniform(-70, -60)' });
  network.connect(driver, follower, electrical());
  network.recordSpikes(driver).record(driver, 'v', { every: 10 }).record(follower, 'v', { mean: true, every: 10 });
  return network;
}
`;

/** A closed loop: every 5 ms each cell gets a current that depends on its voltage. Edges come from a function. */
export const LOOP = `
import { Network, type Simulation, where } from 'spikeloom';
import { electrical, izhikevich } from 'spikeloom/models';

const network = new Network({ dt: 0.1, seed: 5, duration: 100 });
const cells = network.population('cells', izhikevich({ i_in: 5 }), 100);
cells.set({ v: 'uniform(-70, -60)' });
network.connect(cells, cells, electrical({ w: 0.01 }), where((pre, post) => (pre.index * 7 + post.index) % 11 === 0));
network.recordSpikes(cells).record(cells.slice(0, 3), 'v', { every: 10 });
export default network;

export function drive(simulation: Simulation): void {
  let calls = 0;
  simulation.every(5, async () => {
    const v = simulation.get(cells, 'v');
    await simulation.set(cells, { i_in: v.map((x) => 12 + x / 10) });
    if (++calls % 4 === 0) await simulation.set(cells.slice(0, 5), { v: 'normal(-60, 2)' });
  });
}
`;

/** Runs until somebody stops it; says so when it has got somewhere. */
export const ENDLESS = `
import { Network } from 'spikeloom';
import { izhikevich } from 'spikeloom/models';

export const network = new Network({ dt: 0.1, duration: 1e8 });
const cells = network.population('cells', izhikevich({ i_in: 20 }), 2);
network.recordSpikes(cells).record(cells, 'v', { every: 10000, mean: true });
const timer = setInterval(() => {
  if (process.listenerCount('SIGINT') === 0) return;
  clearInterval(timer);
  setTimeout(() => console.error('running'), 300);
}, 5);
`;

/** The voltage squares itself every ms: no longer finite within a few steps. */
export const EXPLODING = `
import { defineNeuron, Network, quantity } from 'spikeloom';

const bomb = defineNeuron({
  name: 'bomb',
  quantities: { v: quantity(2, 'mV', 'potential'), k: quantity(1, '1/(mV*ms)', 'steepness') },
  equations: 'dv/dt = k * v^2',
  integrator: 'euler',
});
export const network = new Network({ dt: 1, duration: 100 });
const cells = network.population('cells', bomb(), 2);
network.record(cells, 'v');
`;

/** Times differ from run to run. */
export function timeless(text: string): string {
  return text
    .replace(/in [\d.]+ m?s \([\d.e+-]+ x/g, 'in # ms (# x')
    .replace(/ +[\d.]+ ms$/gm, ' # ms')
    .replace(/"(speed|elapsed|remaining)":[\d.e+-]+/g, '"$1":#');
}
