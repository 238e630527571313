import { defineSpikeTrain } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { trainEquations, trainQuantities, trainStep } from './refractoriness.ts';

/**
 * Regular spikes: the n-th in the first step that ends at or after n * interval. Nothing is accumulated, so that
 * an interval that is no multiple of dt keeps its mean. An interval of 0 is silent.
 */
export const rateTrain = defineSpikeTrain({
  name: 'rate train',
  description: 'Spikes at regular intervals.',
  citation: 'Dayan P, Abbott L F (2001) Theoretical Neuroscience. MIT Press, section 1.2 (neural response function)',
  quantities: { ...trainQuantities, interval: quantity(100, 'ms', 'time between spikes') },
  equations: trainEquations,
  step: trainStep,
  spike: 'floor((t + dt) / interval + 1e-9) > floor(t / interval + 1e-9)',
});
