import { defineNeuron } from '../model/define.ts';
import { input, peak, quantity } from '../model/quantity.ts';
import { leak } from './leak.ts';
import { reducedCalcium } from './reducedCalcium.ts';
import { steadyStatePotassium } from './steadyStatePotassium.ts';

/** The barnacle giant muscle fibre, per area. */
export const morrisLecar = defineNeuron({
  name: 'morris-lecar',
  description: 'Membrane with calcium, potassium and leak channels; a spike is the peak of the voltage above v_th.',
  citation:
    'Morris C, Lecar H (1981) Voltage oscillations in the barnacle giant muscle fiber. Biophys J 35(1):193-213. doi:10.1016/S0006-3495(81)84782-0',
  quantities: {
    v: quantity(-70, 'mV', 'membrane potential'),
    v_init: quantity(-70, 'mV', 'lower end of random initial potentials'),
    v_th: quantity(25, 'mV', 'least voltage of a peak that counts as a spike'),
    c_m: quantity(6.6, 'uF/cm^2', 'membrane capacitance'),
    g_gap: quantity(10, 'mS/cm^2', 'gap-junction conductance'),
    i_in: quantity(0, 'uA/cm^2', 'injected current'),
  },
  inputs: { i_gap: input('uA/cm^2', 'current through gap junctions and pulses') },
  units: { conductance: 'mS/cm^2', current: 'uA/cm^2' },
  channels: { ca: reducedCalcium(), k: steadyStatePotassium(), leak: leak({ g: 2, e: -60 }) },
  equations: 'dv/dt = (i_in + i_gap - i_channels - i_receptors) / c_m',
  spike: peak('v', { above: 'v_th' }),
  integrator: 'exponential-euler',
});
