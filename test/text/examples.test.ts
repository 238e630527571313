import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Network, type NetworkDef, simulate } from '../../src/index.ts';
import { parseNetwork } from '../../src/text/index.ts';
import { difference, observe } from '../support/observe.ts';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
/** What takes code to say: computed weights, stimuli and expressions, or no network at all. */
const CODE_ONLY = ['autoassociation', 'binaryAutoassociation', 'gridCells', 'hopfieldRecall', 'liquidStateMachine'];
const examples = readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -3)] : []));
const names = examples.filter((name) => !CODE_ONLY.includes(name));

/** Only the beginning of a long one, a tenth of it where it is interpreted: the bits of every column of every recorder, and the state. */
const STEPS = 1000;

async function twins(name: string): Promise<{ readonly code: NetworkDef; readonly text: NetworkDef }> {
  const module = (await import(`../../examples/${name}.ts`)) as Record<string, () => Network>;
  const file = `${folder}${name}.yaml`;
  return { code: module[name]().def, text: parseNetwork(readFileSync(file, 'utf8'), { file }) };
}

describe.each(names)('%s.yaml', (name) => {
  it('describes the network of the TypeScript example', async () => {
    const { code, text } = await twins(name);
    expect(text).toEqual(code);
  });

  it.each([
    ['js', 'f32'],
    ['js', 'f64'],
    ['wasm', 'f32'],
    ['wasm', 'f64'],
  ] as const)('gives the same bits on %s in %s', async (backend, precision) => {
    const { code, text } = await twins(name);
    const [a, b] = await Promise.all(
      [code, text].map(async (def) => {
        const simulation = await simulate(def, { backend, precision });
        await simulation.run(Math.min((backend === 'js' ? STEPS / 10 : STEPS) * def.dt, def.duration));
        const seen = observe(simulation);
        simulation.dispose();
        return seen;
      }),
    );
    expect(difference(a, b)).toBeUndefined();
  });
});

it('every example has its twin, unless it needs code', () => {
  expect(examples).toEqual(expect.arrayContaining(CODE_ONLY));
  expect(readdirSync(folder).filter((file) => file.endsWith('.yaml'))).toEqual(names.map((name) => `${name}.yaml`));
});
