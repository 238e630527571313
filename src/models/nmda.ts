import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { destexheReceptor } from './destexheReceptor.ts';

/**
 * Slow excitatory receptor for glutamate, blocked by magnesium at rest: g B(v) r (v - e),
 * B(v) = 1 / (1 + exp(-0.062 v) [Mg] / 3.57 mM). Takes other kinetics as its first argument.
 */
export const nmda = defineReceptor({
  name: 'NMDA',
  description: 'Slow excitatory receptor for glutamate with magnesium block.',
  citation:
    'Jahr C E, Stevens C F (1990) Voltage dependence of NMDA-activated macroscopic conductances predicted by single-channel kinetics. J Neurosci 10(9):3178-3182. doi:10.1523/JNEUROSCI.10-09-03178.1990; kinetics of Destexhe, Mainen, Sejnowski 1998',
  transmitter: 'glutamate',
  kinetics: destexheReceptor({ alpha: 0.072, beta: 0.0066 }),
  quantities: {
    g: quantity(0.6, 'conductance', 'maximal conductance'),
    e: quantity(0, 'mV', 'reversal potential'),
    mg: quantity(1, 'mM', 'magnesium outside the cell'),
    mg_half: quantity(3.57, 'mM', 'magnesium that halves the current at 0 mV'),
  },
  equations: `
    block = 1 / (1 + exp(-0.062[1/mV] * v) * mg / mg_half)
    current = g * frozen(block) * r * (v - e)
  `,
});
