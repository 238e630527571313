import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { exponentialGate } from './exponentialGate.ts';

/**
 * A synaptic current that does not depend on the voltage: i r into the cell. Takes other kinetics as its first argument:
 * `synapticCurrent(alphaGate({ tau: 2 }))`. With a negative weight, or a negative i, it inhibits. Neurons that are integrated
 * exactly stay so.
 */
export const synapticCurrent = defineReceptor({
  name: 'synaptic current',
  description: 'Current into the cell in proportion to what its kinetics open.',
  citation: 'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 3.1',
  kinetics: exponentialGate(),
  quantities: { i: quantity(1, 'current', 'current for a weight of 1, into the cell') },
  equations: 'current = -i * r',
});
