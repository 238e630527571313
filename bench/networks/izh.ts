import { allToAll, defineNeuron, input, Network, quantity } from 'spikeloom';
import { staticSynapse } from 'spikeloom/models';
import { excitatory, type StandardOptions } from './variant.ts';

/** Two half steps for v in a step of 1 ms, as the program of the paper has it; without units, likewise. */
const neuron = defineNeuron({
  name: 'Izhikevich in half steps',
  citation: 'Izhikevich E M (2003) IEEE Trans Neural Netw 14:1569-1572',
  quantities: {
    v: quantity(-65, '1', 'membrane potential'),
    u: quantity('b * v', '1', 'recovery'),
    i: quantity(0, '1', 'current of this step'),
    a: quantity(0.02, '1', 'speed of recovery'),
    b: quantity(0.2, '1', 'sensitivity of recovery'),
    c: quantity(-65, '1', 'reset of v'),
    d: quantity(8, '1', 'step of u at a spike'),
    r: quantity(0, '1', 'where between two types of cell this one lies'),
    s: quantity(5, '1', 'standard deviation of the current from outside'),
  },
  inputs: { i_syn: input('1', 'current through synapses') },
  step: `
    i = i_syn + s * normal()
    v += 0.5 * (0.04 * v * v + 5 * v + 140 - u + i)
    v += 0.5 * (0.04 * v * v + 5 * v + 140 - u + i)
    u += a * (b * v - u)
  `,
  spike: 'v >= 30',
  reset: 'v = c; u += d',
});

/** The network of Izhikevich (2003): every cell onto every other and itself, by pulses of a step. There is one definition of it. */
export function izh(n = 1000, { seed = 1 }: StandardOptions = {}): Network {
  const network = new Network({ dt: 1, seed });
  const border = excitatory(n);
  const cells = network.population('cells', neuron(), n).set({ r: 'uniform()' });
  cells.slice(0, border).set({ c: '-65 + 15 * r * r', d: '8 - 6 * r * r' });
  cells.slice(border).set({ a: '0.02 + 0.08 * r', b: '0.25 - 0.05 * r', d: 2, s: 2 });
  network
    .connect(cells, cells, staticSynapse({ target: 'i_syn', delay: 0 }), allToAll())
    .set({ w: `where(pre.index < ${border}, 0.5 * uniform(), -uniform()) * ${1000 / n}` });
  return network.recordSpikes(cells);
}
