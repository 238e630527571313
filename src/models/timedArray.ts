import { defineStimulus } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { during, startStop } from './stepCurrent.ts';

/**
 * Samples that follow each other, each for an `interval` from `start` on; the last one stays until `stop`, as in Brian and NEST. One list
 * for all cells, or one a cell by `set`. The sample of a step is that whose time is nearest to the beginning of the step, or, where the
 * interval is longer than dt, the one that lasts then: its beginning is rounded to the nearest step. An interval that is not above 0
 * makes the output no number, which is refused when it is set.
 */
export const timedArray = defineStimulus({
  name: 'timedArray',
  description: 'Samples given in advance, one after the other.',
  citation:
    'Mainen Z F, Sejnowski T J (1995) Reliability of spike timing in neocortical neurons. Science 268:1503-1506 (the same fluctuating current again and again)',
  quantities: {
    values: quantity([], 'target', 'samples, one after the other'),
    interval: quantity(1, 'ms', 'how long each lasts'),
    ...startStop,
  },
  output: `where(${during}, sample(values, (t - start + min(dt, interval) / 2) / interval), 0) * (interval / max(interval, 0[ms]))`,
});
