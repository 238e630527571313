import { defineNeuron } from '../model/define.ts';
import { input, peak, quantity } from '../model/quantity.ts';
import { leak } from './leak.ts';
import { wangBuzsakiPotassium } from './wangBuzsakiPotassium.ts';
import { wangBuzsakiSodium } from './wangBuzsakiSodium.ts';

/** A fast spiking interneuron, per area: fires at rates from 0 on, with brief spikes and shallow afterhyperpolarisation. */
export const wangBuzsaki = defineNeuron({
  name: 'wang-buzsaki',
  description: 'Fast spiking interneuron with sodium, potassium and leak channels; a spike is the peak of the voltage above v_th.',
  citation:
    'Wang X-J, Buzsáki G (1996) Gamma oscillation by synaptic inhibition in a hippocampal interneuronal network model. J Neurosci 16(20):6402-6413. doi:10.1523/JNEUROSCI.16-20-06402.1996',
  quantities: {
    v: quantity(-64, 'mV', 'membrane potential'),
    v_init: quantity(-64, 'mV', 'lower end of random initial potentials'),
    v_th: quantity(0, 'mV', 'least voltage of a peak that counts as a spike'),
    c_m: quantity(1, 'uF/cm^2', 'membrane capacitance'),
    g_gap: quantity(0.1, 'mS/cm^2', 'gap-junction conductance'),
    i_in: quantity(0, 'uA/cm^2', 'injected current'),
  },
  inputs: { i_gap: input('uA/cm^2', 'current through gap junctions and pulses') },
  units: { conductance: 'mS/cm^2', current: 'uA/cm^2' },
  channels: { na: wangBuzsakiSodium(), k: wangBuzsakiPotassium(), leak: leak({ g: 0.1, e: -65 }) },
  equations: 'dv/dt = (i_in + i_gap - i_channels - i_receptors) / c_m',
  spike: peak('v', { above: 'v_th' }),
  integrator: 'exponential-euler',
});
