import { defineStimulus } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { during, startStop } from './stepCurrent.ts';

/**
 * mean + sigma xi(t), with white noise xi of each cell its own: a step has the mean over it, mean + sigma N(0, 1) / sqrt(dt).
 * So a current and what integrates it have the same statistics whatever dt is, as far as dt is short against their time constants.
 */
export const whiteNoiseCurrent = defineStimulus({
  name: 'whiteNoiseCurrent',
  description: 'White noise for each cell, of a strength that does not depend on the step.',
  citation: 'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 8.1 (white noise)',
  quantities: {
    mean: quantity(0, 'target', 'mean'),
    sigma: quantity(1, 'target*ms^(1/2)', 'strength: variance times correlation time is its square'),
    ...startStop,
  },
  output: `where(${during}, mean + sigma * normal() / sqrt(dt), 0)`,
});
