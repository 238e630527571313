import { defineStimulus } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { during, startStop } from './stepCurrent.ts';

/** offset + amplitude * sin(2 pi frequency t + phase), with t from the start of the run, between `start` and `stop`. A step has the current of its beginning. */
export const sineCurrent = defineStimulus({
  name: 'sineCurrent',
  description: 'A sinusoidal current about an offset.',
  citation:
    'Brunel N, Chance F S, Fourcaud N, Abbott L F (2001) Effects of synaptic noise and filtering on the frequency response of spiking neurons. Phys Rev Lett 86:2186-2189',
  quantities: {
    amplitude: quantity(1, 'target', 'amplitude'),
    frequency: quantity(10, 'Hz', 'frequency'),
    phase: quantity(0, '1', 'phase at t = 0, radians'),
    offset: quantity(0, 'target', 'mean'),
    ...startStop,
  },
  output: `where(${during}, offset + amplitude * sin(${2 * Math.PI} * frequency * t + phase), 0)`,
});
