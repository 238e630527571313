import { defineNeuron } from '../model/define.ts';
import { input, peak, quantity } from '../model/quantity.ts';

/**
 * Two-dimensional caricature of Hodgkin-Huxley: tau dv/dt = v - v^3 / 3 - w + I, tau dw/dt = phi (v + a - b w).
 * All is in pure numbers but time, so parts that read a voltage in mV don't fit; gap junctions do. At the defaults it fires
 * between currents of 0.33 and 1.42.
 */
export const fitzHughNagumo = defineNeuron({
  name: 'fitzhugh-nagumo',
  description: 'Cubic membrane with linear recovery, in pure numbers; a spike is the peak of v above v_th.',
  citation:
    'FitzHugh R (1961) Impulses and physiological states in theoretical models of nerve membrane. Biophys J 1(6):445-466. doi:10.1016/S0006-3495(61)86902-6; Nagumo J, Arimoto S, Yoshizawa S (1962) Proc IRE 50(10):2061-2070',
  quantities: {
    v: quantity(-1.1994, '1', 'membrane potential'),
    w: quantity('(v + a) / b', '1', 'recovery variable'),
    a: quantity(0.7, '1', 'offset of recovery'),
    b: quantity(0.8, '1', 'decay of recovery'),
    phi: quantity(0.08, '1', 'rate of recovery'),
    v_th: quantity(1.5, '1', 'least v of a peak that counts as a spike'),
    v_init: quantity(-1.1994, '1', 'lower end of random initial potentials'),
    tau: quantity(1, 'ms', 'unit of time'),
    g_gap: quantity(0.1, '1', 'gap-junction conductance'),
    i_in: quantity(0, '1', 'injected current'),
  },
  inputs: { i_gap: input('1', 'current through gap junctions and pulses') },
  units: { conductance: '1', current: '1' },
  equations: `
    dv/dt = (v - v^3 / 3 - w + i_in + i_gap) / tau
    dw/dt = phi * (v + a - b * w) / tau
  `,
  spike: peak('v', { above: 'v_th' }),
  integrator: 'rk4',
});
