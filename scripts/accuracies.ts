// How well the examples of attractors do, for seeds 1 to 10: npm run accuracies
import { autoassociationAccuracy } from '../examples/autoassociation.ts';
import { binaryAutoassociationAccuracy } from '../examples/binaryAutoassociation.ts';
import { readGrid } from '../examples/gridCells.ts';
import { readHeading } from '../examples/headDirection.ts';
import { hopfieldRecall } from '../examples/hopfieldRecall.ts';
import { classifyTemplates } from '../examples/liquidStateMachine.ts';
import { readRing } from '../examples/ringAttractor.ts';

/** What is measured, and what counts as well. */
const MEASURES: readonly (readonly [name: string, least: number, measure: (seed: number) => number | Promise<number>])[] = [
  ['hopfieldRecall: least part of right cells', 1, (seed) => Math.min(...hopfieldRecall({ seed }).map(({ accuracy }) => accuracy))],
  ['autoassociation: part of right cells', 0.9, autoassociationAccuracy],
  ['binaryAutoassociation: part of right cells', 0.85, binaryAutoassociationAccuracy],
  ['ringAttractor: spikes of the preferred cell over the most', 0.7, async (seed) => (await readRing({ seed })).accuracy],
  ['headDirection: correlation of bump and head', 0.95, async (seed) => (await readHeading({ seed })).accuracy],
  ['gridCells: mean grid score', 0.5, async (seed) => (await readGrid({ seed })).accuracy],
  ['liquidStateMachine: part of trials told right', 0.75, async (seed) => (await classifyTemplates({ seed })).accuracy],
];

for (const [name, least, measure] of MEASURES) {
  const values: number[] = [];
  for (let seed = 1; seed <= 10; seed++) values.push(await measure(seed));
  const well = values.filter((value) => value >= least).length;
  process.stdout.write(`${name}, at least ${least}: ${well} of 10\n  ${values.map((value) => value.toFixed(2)).join(' ')}\n`);
}
