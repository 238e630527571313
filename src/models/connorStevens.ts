import { defineNeuron } from '../model/define.ts';
import { input, peak, quantity } from '../model/quantity.ts';
import { aTypePotassium } from './aTypePotassium.ts';
import { connorStevensPotassium } from './connorStevensPotassium.ts';
import { connorStevensSodium } from './connorStevensSodium.ts';
import { leak } from './leak.ts';

/** A crustacean axon, per area: its A-type potassium current lets it fire at rates from 0 on, unlike the squid's. */
export const connorStevens = defineNeuron({
  name: 'connor-stevens',
  description: 'Membrane with sodium, delayed-rectifier and A-type potassium and leak channels; a spike is the peak of the voltage above v_th.',
  citation:
    'Connor J A, Walter D, McKown R (1977) Neural repetitive firing: modifications of the Hodgkin-Huxley axon suggested by experimental results from crustacean axons. Biophys J 18(1):81-102. doi:10.1016/S0006-3495(77)85598-7; after Connor J A, Stevens C F (1971) J Physiol 213(1):31-53; in the numbers of Dayan P, Abbott L F (2001) Theoretical Neuroscience, MIT Press, section 6.6',
  quantities: {
    v: quantity(-68, 'mV', 'membrane potential'),
    v_init: quantity(-68, 'mV', 'lower end of random initial potentials'),
    v_th: quantity(0, 'mV', 'least voltage of a peak that counts as a spike'),
    c_m: quantity(1, 'uF/cm^2', 'membrane capacitance'),
    g_gap: quantity(0.1, 'mS/cm^2', 'gap-junction conductance'),
    i_in: quantity(0, 'uA/cm^2', 'injected current'),
  },
  inputs: { i_gap: input('uA/cm^2', 'current through gap junctions and pulses') },
  units: { conductance: 'mS/cm^2', current: 'uA/cm^2' },
  channels: { na: connorStevensSodium(), k: connorStevensPotassium(), a: aTypePotassium(), leak: leak({ g: 0.3, e: -17 }) },
  equations: 'dv/dt = (i_in + i_gap - i_channels - i_receptors) / c_m',
  spike: peak('v', { above: 'v_th' }),
  integrator: 'exponential-euler',
});
