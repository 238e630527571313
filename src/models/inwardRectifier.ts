import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Inward rectifier (Kir2) of striatal spiny cells: open below its reversal potential, it holds the cell in its down state. */
export const inwardRectifier = defineChannel({
  name: 'inward rectifier',
  description: 'Potassium current g open(v) (v - e) that opens at hyperpolarised voltages, at once.',
  citation:
    'Gruber A J, Solla S A, Surmeier D J, Houk J C (2003) Modulation of striatal single units by expected reward: a spiny neuron model displaying dopamine-induced bistability. J Neurophysiol 90(2):1095-1114. doi:10.1152/jn.00618.2002',
  quantities: {
    g: quantity(1.2, 'conductance', 'maximal conductance'),
    e: quantity(-90, 'mV', 'reversal potential'),
    v_half: quantity(-111, 'mV', 'half activation'),
    slope: quantity(11, 'mV', 'slope of activation'),
  },
  equations: `
    open = 1 / (1 + exp((v - v_half) / slope))
    current = g * frozen(open) * (v - e)
  `,
});
