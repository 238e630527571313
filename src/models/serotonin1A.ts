import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { destexheReceptor } from './destexheReceptor.ts';

/**
 * Serotonin receptors of type 1A, whose G protein x opens potassium channels: dx/dt = (r - x) / tau, g x (v - e). A template: that
 * potassium channels open is measured, the linear chain and its rates are placeholders.
 */
export const serotonin1A = defineReceptor({
  name: 'serotonin 1A',
  description: 'Metabotropic receptor for serotonin that opens potassium channels.',
  citation:
    'Andrade R, Nicoll R A (1987) Pharmacologically distinct actions of serotonin on single pyramidal neurones of the rat hippocampus recorded in vitro. J Physiol 394:99-124. doi:10.1113/jphysiol.1987.sp016862 (the effect; its form is phenomenological)',
  transmitter: 'serotonin',
  kinetics: destexheReceptor({ alpha: 0.05, beta: 0.005 }),
  quantities: {
    g: quantity(0.5, 'conductance', 'maximal conductance'),
    e: quantity(-95, 'mV', 'reversal potential of potassium'),
    x: quantity(0, '1', 'active part of the G protein'),
    tau: quantity(100, 'ms', 'time constant of the G protein'),
  },
  equations: `
    dx/dt = (r - x) / tau
    current = g * x * (v - e)
  `,
});
