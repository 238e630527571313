import { defineNeuron } from '../model/define.ts';
import { input, peak, quantity } from '../model/quantity.ts';

/**
 * Bursting in three equations: tau dv/dt = y - a v^3 + b v^2 - z + I, tau dy/dt = c - d v^2 - y, tau dz/dt = r (s (v - v_rest) - z).
 * All is in pure numbers but time, so parts that read a voltage in mV don't fit; gap junctions do.
 */
export const hindmarshRose = defineNeuron({
  name: 'hindmarsh-rose',
  description:
    'Cubic membrane with fast recovery and slow adaptation, in pure numbers: bursts, periodic or chaotic; a spike is the peak of v above v_th.',
  citation:
    'Hindmarsh J L, Rose R M (1984) A model of neuronal bursting using three coupled first order differential equations. Proc R Soc Lond B 221(1222):87-102. doi:10.1098/rspb.1984.0024',
  quantities: {
    v: quantity(-1.6, '1', 'membrane potential'),
    y: quantity('c - d * v^2', '1', 'fast recovery'),
    z: quantity('s * (v - v_rest)', '1', 'slow adaptation'),
    a: quantity(1, '1', 'cubic term'),
    b: quantity(3, '1', 'quadratic term'),
    c: quantity(1, '1', 'constant drive of fast recovery'),
    d: quantity(5, '1', 'sensitivity of fast recovery'),
    r: quantity(0.006, '1', 'rate of adaptation'),
    s: quantity(4, '1', 'strength of adaptation'),
    v_rest: quantity(-1.6, '1', 'potential at which adaptation vanishes'),
    v_th: quantity(1, '1', 'least v of a peak that counts as a spike'),
    v_init: quantity(-1.6, '1', 'lower end of random initial potentials'),
    tau: quantity(1, 'ms', 'unit of time'),
    g_gap: quantity(0.1, '1', 'gap-junction conductance'),
    i_in: quantity(0, '1', 'injected current'),
  },
  inputs: { i_gap: input('1', 'current through gap junctions and pulses') },
  units: { conductance: '1', current: '1' },
  equations: `
    dv/dt = (y - a * v^3 + b * v^2 - z + i_in + i_gap) / tau
    dy/dt = (c - d * v^2 - y) / tau
    dz/dt = r * (s * (v - v_rest) - z) / tau
  `,
  spike: peak('v', { above: 'v_th' }),
  integrator: 'rk4',
});
