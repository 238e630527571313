import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { approximateReceptor } from './approximateReceptor.ts';

/**
 * One receptor for one transmitter, `X`, where it does not matter which: g r (v - e). Takes other kinetics as its first argument,
 * another transmitter as `transmitter`.
 */
export const defaultReceptor = defineReceptor({
  name: 'default receptor',
  description: 'Receptor of no particular type, for a transmitter X.',
  citation: 'Dayan P, Abbott L F (2001) Theoretical Neuroscience. MIT Press, section 5.8 (synaptic conductances)',
  transmitter: 'X',
  kinetics: approximateReceptor(),
  quantities: {
    g: quantity(1, 'conductance', 'maximal conductance'),
    e: quantity(0, 'mV', 'reversal potential'),
  },
  equations: 'current = g * r * (v - e)',
});
