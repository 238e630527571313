import { defineChannel } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Potassium channel of the barnacle muscle fibre; its gate relaxes to n_ss with time constant t_n and starts there. */
export const steadyStatePotassium = defineChannel({
  name: 'steady-state potassium',
  description: 'Potassium current g n (v - e) with a gate that relaxes to a steady state.',
  citation:
    'Morris C, Lecar H (1981) Voltage oscillations in the barnacle giant muscle fiber. Biophys J 35(1):193-213. doi:10.1016/S0006-3495(81)84782-0',
  quantities: {
    g: quantity(8, 'conductance', 'maximal conductance'),
    e: quantity(-84, 'mV', 'reversal potential'),
    n: quantity('n_ss', '1', 'activation'),
    phi: quantity(0.067, '1/ms', 'rate of activation'),
    v_3: quantity(12, 'mV', 'half activation'),
    v_4: quantity(17.4, 'mV', 'slope of activation'),
  },
  equations: `
    n_ss = 0.5 * (1 + tanh((v - v_3) / v_4))
    t_n = 1 / (phi * cosh((v - v_3) / (2 * v_4)))
    dn/dt = (n_ss - n) / t_n
    current = g * n * (v - e)
  `,
});
