import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FEATURES } from '../docs/features.ts';
import { featuresPage } from '../scripts/featuresPage.ts';
import * as analysis from '../src/analysis/index.ts';
import * as attractors from '../src/attractors/index.ts';
import * as api from '../src/index.ts';
import * as models from '../src/models/index.ts';
import * as plot from '../src/plot/index.ts';
import { Simulation } from '../src/simulation/simulation.ts';
import * as text from '../src/text/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const hasExport = (module: object) => (name: string) => name in module;

/** Whether something that a reference names exists. */
const EXISTS: Readonly<Record<string, (name: string) => boolean>> = {
  models: hasExport(models),
  analysis: hasExport(analysis),
  attractors: hasExport(attractors),
  plot: hasExport(plot),
  text: hasExport(text),
  api: (name) => {
    const [first, member] = name.split('.');
    // The class itself is made by `simulate` alone.
    const found: unknown = first === 'Simulation' ? Simulation : (api as Readonly<Record<string, unknown>>)[first];
    return typeof found === 'function' && (member === undefined || member in found.prototype);
  },
  example: (name) => existsSync(join(ROOT, 'examples', `${name}.ts`)),
  guide: (name) => {
    const [page, anchor] = name.split('#');
    const file = join(ROOT, 'docs', page === 'performance' ? '' : 'guide', `${page}.md`);
    return existsSync(file) && (anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor));
  },
};

/** What headings are called in links. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s+/g, '-'),
  );
}

function isThere(reference: string): boolean {
  const [kind, ...name] = reference.split(':');
  return EXISTS[kind]?.(name.join(':')) ?? false;
}

it('there are 100 features, and all that they name exists', () => {
  expect(FEATURES.map(({ row }) => row)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  expect(FEATURES.flatMap(({ row, by }) => by.filter((reference) => !isThere(reference)).map((reference) => `${row} ${reference}`))).toEqual([]);
  // All that is there is done by something that can be called or run; a page of the guide alone does nothing.
  const doesSomething = (by: readonly string[]) => by.some((reference) => !reference.startsWith('guide:'));
  const wrong = FEATURES.filter(({ status, by }) => doesSomething(by) === (status === 'left out'));
  expect(wrong.map(({ row, feature }) => `${row} ${feature}`)).toEqual([]);
  // Those that are there in part, or left out, say what that means; the others need not.
  expect(FEATURES.filter(({ status, note }) => (status === 'yes') === (note !== undefined))).toEqual([]);
  expect(new Set(FEATURES.map(({ feature }) => feature)).size).toBe(100);
});

it('rows have the numbers by which they are known', () => {
  const named = Object.fromEntries(FEATURES.map(({ row, feature }) => [row, feature]));
  expect([1, 10, 18, 20, 27, 42, 47, 58, 72, 82, 86, 93, 100].map((row) => named[row])).toMatchInlineSnapshot(`
    [
      "Leaky integrate-and-fire",
      "Morris-Lecar",
      "Cells of many compartments, cable theory",
      "Sodium, potassium and leak of Hodgkin and Huxley",
      "Transmitter after Destexhe",
      "Serotonin, acetylcholine, nitric oxide, noradrenaline",
      "Gap junctions",
      "A lattice connected by a condition, with weights by a function",
      "A network with reward",
      "Adjacency matrix",
      "STDP",
      "Discrete neurons in a lattice",
      "Liquid state machine with a trained readout",
    ]
  `);
  const notWhole = FEATURES.filter(({ status }) => status !== 'yes').map(({ row, status }) => [row, status]);
  expect(notWhole).toEqual([
    [18, 'left out'],
    [42, 'partly'],
  ]);
});

it('a name that does not exist is found', () => {
  const wrong = [
    'models:leakyIzhikevitch',
    'api:Simulation.rest',
    'api:Nothing',
    'example:none',
    'guide:connecting#nowhere',
    'guide:none',
    'other:x',
  ];
  expect(wrong.filter(isThere)).toEqual([]);
});

it('the page has a line for each', () => {
  const page = featuresPage();
  for (const { row, feature } of FEATURES) expect(page).toContain(`| ${row} | ${feature} |`);
  expect(page).toContain('**left out**: cells here are points');
});
