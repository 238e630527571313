import { type AnyModel, defineSpikeTrain, fixedInDegree, type Network, oneToOne, type Population, probability, quantity, type View } from 'spikeloom';
import { staticSynapse } from 'spikeloom/models';
import { excitatory } from './variant.ts';

type Cells = Population<AnyModel<'neuron'>>;

/** Where spikes of excitatory and inhibitory cells go, and what they add there. */
export interface Coupling<Target extends string = string> {
  readonly excitatory: { readonly target: Target; readonly w: number };
  readonly inhibitory: { readonly target: Target; readonly w: number };
  /** ms */
  readonly delay: number;
}

/** The peer's way: synapses of the first four fifths of a population and of the rest, each pair with probability `inputs / n`. */
export function connectByChance(network: Network, cells: Cells, inputs: number, coupling: Coupling): void {
  const border = excitatory(cells.size);
  const rule = probability(Math.min(1, inputs / cells.size));
  const { delay } = coupling;
  network.connect(cells.slice(0, border), cells, staticSynapse({ ...coupling.excitatory, delay }), rule, { name: 'excitatory' });
  network.connect(cells.slice(border), cells, staticSynapse({ ...coupling.inhibitory, delay }), rule, { name: 'inhibitory' });
}

/** The reference's way: so many synapses onto each cell from E and from I, the same cell more than once and onto itself included. */
export function connectByDegree(
  network: Network,
  { E, I }: { readonly E: Cells; readonly I: Cells },
  degree: { readonly E: number; readonly I: number },
  coupling: Coupling,
): void {
  const { delay } = coupling;
  for (const target of [E, I]) {
    network.connect(E, target, staticSynapse({ ...coupling.excitatory, delay }), fixedInDegree(degree.E, { multapses: true }));
    network.connect(I, target, staticSynapse({ ...coupling.inhibitory, delay }), fixedInDegree(degree.I, { multapses: true }));
  }
}

/** Independent spikes for a while. */
const kick = defineSpikeTrain({
  name: 'kick',
  quantities: {
    rate: quantity(300, 'Hz', 'mean rate'),
    start: quantity(1, 'ms', 'when it begins'),
    stop: quantity(51, 'ms', 'when it is over'),
  },
  spike: 'bernoulli(where(t >= start and t < stop, rate * dt, 0))',
});

/** How the reference starts the networks of Brette et al.: 50 cells receive spikes for 50 ms. */
export function kickStart(network: Network, cells: View<AnyModel<'neuron'>>, coupling: Coupling): void {
  const kicks = network.population('kick', kick(), 50);
  network.connect(kicks, cells, staticSynapse({ ...coupling.excitatory, delay: coupling.delay }), oneToOne());
}
