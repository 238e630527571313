import { describe, expect, it } from 'vitest';
import { autoassociationAccuracy, recallPattern } from '../examples/autoassociation.ts';
import { binaryAutoassociationAccuracy } from '../examples/binaryAutoassociation.ts';
import { readGrid } from '../examples/gridCells.ts';
import { readHeading } from '../examples/headDirection.ts';
import { hopfieldRecall } from '../examples/hopfieldRecall.ts';
import { classifyTemplates, liquidStateMachine, spectralRadius } from '../examples/liquidStateMachine.ts';
import { readRing } from '../examples/ringAttractor.ts';
import { agreement } from '../src/attractors/index.ts';
import { simulate } from '../src/index.ts';

/** All ten seeds are run by `npm run accuracies`. */
const SEEDS = [1, 2];

describe('examples of attractors', () => {
  it('a Hopfield lattice recalls each letter from a cue with a fifth of its cells flipped, downhill', () => {
    for (const seed of SEEDS) {
      for (const { cue, stored, recall, accuracy } of hopfieldRecall({ seed })) {
        expect(accuracy).toBe(1);
        expect(agreement(cue, stored)).toBeLessThan(0.9);
        expect(recall.energies.at(-1)).toBeLessThan(recall.energies[0]);
      }
    }
  });

  it.each(SEEDS)('spiking cells complete patterns with a tenth of their cells flipped, seed %i', async (seed) => {
    expect(await autoassociationAccuracy(seed)).toBeGreaterThanOrEqual(0.9);
    expect(await binaryAutoassociationAccuracy(seed)).toBeGreaterThanOrEqual(0.85);
  });

  it('what is recalled is nearer to the stored pattern than its cue was', async () => {
    const { stored, cue, recalled, accuracy } = await recallPattern({ seed: 1, flipped: 0.2 });
    expect(accuracy).toBe(agreement(recalled, stored));
    expect(accuracy).toBeGreaterThan(agreement(cue, stored) + 0.1);
  });

  it.each(SEEDS)('a bump of the ring stays at its cue, seed %i', async (seed) => {
    for (const preferred of [40, 115]) {
      const { accuracy, moved, width } = await readRing({ seed, preferred });
      expect(accuracy).toBeGreaterThanOrEqual(0.7);
      expect(Math.abs(moved)).toBeLessThan(8);
      expect(width).toBeGreaterThan(10);
      expect(width).toBeLessThan(18);
    }
  });

  it.each(SEEDS)('the bump of head-direction cells turns with the head, left and right, seed %i', async (seed) => {
    const { accuracy, error, track } = await readHeading({ seed });
    expect(accuracy).toBeGreaterThan(0.97);
    expect(error).toBeLessThan(45);
    const degrees = (k: number): number => (track.angles[k] * 180) / Math.PI;
    // Still at first, then half a turn to the left, then a whole one to the right.
    expect(Math.abs(degrees(4) - degrees(0))).toBeLessThan(20);
    expect(degrees(26) - degrees(4)).toBeGreaterThan(140);
    expect(degrees(52) - degrees(28)).toBeLessThan(-300);
  });

  it('grid cells fire in hexagons', async () => {
    const { accuracy, scores, maps } = await readGrid({ seed: 1 });
    expect(accuracy).toBeGreaterThan(0.6);
    expect(Math.min(...scores)).toBeGreaterThan(0.3);
    // Each at places of its own.
    expect(maps[0].values).not.toEqual(maps[1].values);
  });

  it('a liquid remembers what the input no longer shows', async () => {
    const { accuracy, withoutLiquid } = await classifyTemplates({ seed: 1 });
    expect(accuracy).toBeGreaterThanOrEqual(0.85);
    expect(withoutLiquid).toBeLessThan(0.7);
  });

  it('the weights of a liquid have the spectral radius that was asked for', async () => {
    for (const radius of [1.5, 6]) {
      const simulation = await simulate(await liquidStateMachine({ radius }));
      expect(spectralRadius(simulation, 'inner')).toBeCloseTo(radius, 5);
    }
  });
});
