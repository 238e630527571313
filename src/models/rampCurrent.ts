import { defineStimulus } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { during, startStop } from './stepCurrent.ts';

/** A current that is `from` at `start` and grows by `slope` a ms until `stop`. A step has the current of its beginning. */
export const rampCurrent = defineStimulus({
  name: 'rampCurrent',
  description: 'A current that grows linearly for some time.',
  citation: 'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 1.3 (time-dependent input)',
  quantities: {
    from: quantity(0, 'target', 'current at the start'),
    slope: quantity(1, 'target/ms', 'what it grows by'),
    ...startStop,
  },
  output: `where(${during}, from + slope * (t - start), 0)`,
});
