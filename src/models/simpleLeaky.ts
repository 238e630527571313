import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * The least of spiking neurons: dv/dt = g (e - v) + I; at v >= v_th: v = v_reset. No capacitance and no refractory period:
 * g is the rate of the leak, currents are in mV per ms.
 */
export const simpleLeaky = defineNeuron({
  name: 'simple leaky integrate-and-fire',
  description: 'Linear membrane with threshold and reset, and nothing else.',
  citation:
    'Lapicque L (1907) Recherches quantitatives sur l’excitation électrique des nerfs traitée comme une polarisation. J Physiol Pathol Gen 9:620-635.',
  quantities: {
    v: quantity('e', 'mV', 'membrane potential'),
    g: quantity(0.1, '1/ms', 'rate of the leak'),
    e: quantity(-75, 'mV', 'leak reversal potential'),
    v_th: quantity(-55, 'mV', 'spike threshold'),
    v_reset: quantity(-75, 'mV', 'reset potential'),
    v_init: quantity(-75, 'mV', 'lower end of random initial potentials'),
    g_gap: quantity(0.1, '1/ms', 'gap-junction conductance'),
    i_in: quantity(0, 'mV/ms', 'injected current'),
  },
  inputs: { i_gap: input('mV/ms', 'current through gap junctions and pulses') },
  units: { conductance: '1/ms', current: 'mV/ms' },
  equations: 'dv/dt = g * (e - v) + i_in + i_gap - i_channels - i_receptors',
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  integrator: 'exponential-euler',
});
