import { defineStimulus } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { during, startStop } from './stepCurrent.ts';

/**
 * Events that come to each cell at random times of its own, `rate` of them a second, each adding w to the target: as many in a step
 * as a Poisson law with the mean rate * dt says. They arrive at the beginning of the step.
 */
export const poissonInput = defineStimulus({
  name: 'poissonInput',
  description: 'Independent Poisson events for each cell, each adding its weight.',
  citation: 'Brunel N (2000) Dynamics of sparsely connected networks of excitatory and inhibitory spiking neurons. J Comput Neurosci 8:183-208',
  quantities: {
    rate: quantity(1000, 'Hz', 'mean rate of the events of a cell'),
    w: quantity(1, 'target', 'what an event adds'),
    ...startStop,
  },
  output: `where(${during}, w * poisson(rate * dt), 0)`,
});
