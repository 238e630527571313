import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { exponentialGate } from './exponentialGate.ts';

/**
 * A synaptic conductance, g r (v - e). Takes other kinetics as its first argument:
 * `synapticConductance(doubleExponentialGate({ tau_rise: 1, tau_decay: 8 }), { e: -80 })`. As long as g is 1, weights are
 * conductances in the unit of the neuron.
 */
export const synapticConductance = defineReceptor({
  name: 'synaptic conductance',
  description: 'Conductance in proportion to what its kinetics open.',
  citation: 'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 3.1',
  kinetics: exponentialGate(),
  quantities: {
    g: quantity(1, 'conductance', 'conductance for a weight of 1'),
    e: quantity(0, 'mV', 'reversal potential'),
  },
  equations: 'current = g * r * (v - e)',
});
