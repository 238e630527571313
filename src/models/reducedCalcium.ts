import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Calcium channel of the barnacle muscle fibre, with instantaneous activation. */
export const reducedCalcium = defineChannel({
  name: 'reduced calcium',
  description: 'Calcium current g m_ss(v) (v - e) whose activation follows the voltage at once.',
  citation:
    'Morris C, Lecar H (1981) Voltage oscillations in the barnacle giant muscle fiber. Biophys J 35(1):193-213. doi:10.1016/S0006-3495(81)84782-0',
  quantities: {
    g: quantity(4, 'conductance', 'maximal conductance'),
    e: quantity(120, 'mV', 'reversal potential'),
    v_1: quantity(-1.2, 'mV', 'half activation'),
    v_2: quantity(18, 'mV', 'slope of activation'),
  },
  equations: `
    m_ss = 0.5 * (1 + tanh((v - v_1) / v_2))
    current = g * frozen(m_ss) * (v - e)
  `,
});
