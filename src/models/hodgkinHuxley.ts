import { defineNeuron } from '../model/define.ts';
import { input, peak, quantity } from '../model/quantity.ts';
import { leak } from './leak.ts';
import { potassium } from './potassium.ts';
import { sodium } from './sodium.ts';

/**
 * The squid giant axon, per area. More channels are added in one line: `hodgkinHuxley({ channels: { m: mCurrent() } })`.
 * Gates start at their steady state for v(0); spread `gatesAtZero` into the options to start them at 0.
 */
export const hodgkinHuxley = defineNeuron({
  name: 'hodgkin-huxley',
  description: 'Membrane with sodium, potassium and leak channels; a spike is the peak of the voltage above v_th.',
  citation:
    'Hodgkin A L, Huxley A F (1952) A quantitative description of membrane current and its application to conduction and excitation in nerve. J Physiol 117(4):500-544. doi:10.1113/jphysiol.1952.sp004764 (in the modern convention of voltage)',
  quantities: {
    v: quantity(-65, 'mV', 'membrane potential'),
    v_init: quantity(-65, 'mV', 'lower end of random initial potentials'),
    v_th: quantity(0, 'mV', 'least voltage of a peak that counts as a spike'),
    c_m: quantity(1, 'uF/cm^2', 'membrane capacitance'),
    g_gap: quantity(7, 'mS/cm^2', 'gap-junction conductance'),
    i_in: quantity(0, 'uA/cm^2', 'injected current'),
  },
  inputs: { i_gap: input('uA/cm^2', 'current through gap junctions and pulses') },
  units: { conductance: 'mS/cm^2', current: 'uA/cm^2' },
  channels: { na: sodium(), k: potassium(), leak: leak() },
  equations: 'dv/dt = (i_in + i_gap - i_channels - i_receptors) / c_m',
  spike: peak('v', { above: 'v_th' }),
  integrator: 'exponential-euler',
});

/** Options that start the gates of `hodgkinHuxley` closed and inactivated, which makes one spike of its own. */
export const gatesAtZero = { 'na.m': 0, 'na.h': 0, 'k.n': 0 } as const;
