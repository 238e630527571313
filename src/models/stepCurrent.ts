import { defineStimulus } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/** Stimuli with a beginning and an end act in the steps that begin nearest to them, `stop` not included. */
export const startStop = {
  start: quantity(0, 'ms', 'when it begins'),
  stop: quantity(1e12, 'ms', 'when it ends'),
} as const;

/** Whether a stimulus with a beginning and an end acts in the step that begins at t. */
export const during = 't + dt / 2 >= start and t + dt / 2 < stop';

/** A constant current from `start` to `stop`, the same whatever dt is. */
export const stepCurrent = defineStimulus({
  name: 'stepCurrent',
  description: 'A constant current for some time.',
  citation: 'Gerstner W, Kistler W M, Naud R, Paninski L (2014) Neuronal Dynamics. Cambridge University Press, section 1.3 (step current)',
  quantities: { amplitude: quantity(1, 'target', 'current while it is on'), ...startStop },
  output: `where(${during}, amplitude, 0)`,
});
