import { defineSpikeTrain } from '../model/define.ts';
import { quantity, scheduled } from '../model/quantity.ts';
import { trainEquations, trainQuantities, trainStep } from './refractoriness.ts';

/** Spikes at given times, ascending, in ms from the start; an empty list is a silent train. One list for all cells, or one a cell by `set`. */
export const presetTrain = defineSpikeTrain({
  name: 'preset train',
  description: 'Spikes at times given in advance.',
  citation: 'Dayan P, Abbott L F (2001) Theoretical Neuroscience. MIT Press, section 1.2 (neural response function)',
  quantities: { ...trainQuantities, times: quantity([], 'ms', 'times of spikes') },
  equations: trainEquations,
  step: trainStep,
  spike: scheduled('times'),
});
