import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defineNeuron, type NetworkDef, quantity, simulate } from '../src/index.ts';
import { blocksOf, programsOf, ROOT, runPrograms, workshop } from './support/markdown.ts';

const all = blocksOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));
const textsIn = (language: string) => all.filter((block) => block.language === language).map((block) => block.text);

const shop = workshop();
afterAll(() => shop.remove());

/** What a program prints. */
async function output(text: string): Promise<string> {
  const block = { language: 'ts', file: undefined, text, line: 1 };
  const [{ printed, thrown }] = await runPrograms(shop, programsOf('readme', [block]));
  expect(thrown).toBeUndefined();
  return printed.join('');
}

describe('the README', () => {
  it('has a network that runs and spikes', async () => {
    expect(await output(textsIn('ts')[0])).toMatch(/^[1-9]\d* spikes\n$/);
  });

  it('has a model of one’s own that fires', async () => {
    const use = `
      import { Network, simulate } from 'spikeloom';
      const network = new Network({ duration: 200 });
      const cell = network.population('cell', quadratic({ drive: 30 }), 1);
      network.recordSpikes(cell);
      const simulation = await simulate(network);
      await simulation.run();
      console.log(simulation.recordings.spikes(cell).times.length);`;
    expect(Number(await output(textsIn('ts')[1] + use))).toBeGreaterThan(5);
  });

  it('has the same network as text', async () => {
    const { parseNetwork } = await import('../src/text/index.ts');
    const run = async (def: NetworkDef): Promise<number> => {
      const simulation = await simulate(def);
      await simulation.run();
      return simulation.recordings.spikes('sheet').times.length;
    };
    expect(`${await run(parseNetwork(textsIn('yaml')[0]))} spikes\n`).toBe(await output(textsIn('ts')[0]));
  });

  it('shows an error as it comes', () => {
    const lif = () =>
      defineNeuron({
        name: 'lif',
        quantities: { v: quantity(-70, 'mV'), v_rest: quantity(-70, 'mV'), tau: quantity(10, 'ms'), i_in: quantity(0, 'pA') },
        equations: 'dv/dt = (v_rest - v + i_in) / tau',
      });
    expect(lif).toThrow(textsIn('text')[0].split(': ').slice(1).join(': ').trimEnd());
  });

  it('gives exactly two commands to begin with', () => {
    expect(textsIn('sh')).toEqual(['npm install && npm start\n', 'npm install && npm test\n']);
  });
});
