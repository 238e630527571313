import { defineSpikeTrain } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { trainEquations, trainQuantities, trainStep } from './refractoriness.ts';

/** Independent spikes: in each step with probability rate * dt, at most one. */
export const poissonTrain = defineSpikeTrain({
  name: 'poisson train',
  description: 'Spikes that come independently of each other at a given rate.',
  citation: 'Dayan P, Abbott L F (2001) Theoretical Neuroscience. MIT Press, section 1.4',
  quantities: { ...trainQuantities, rate: quantity(10, 'Hz', 'mean rate') },
  equations: trainEquations,
  step: trainStep,
  spike: 'bernoulli(rate * dt)',
});
