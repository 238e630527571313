import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { publishedTexts } from '../../scripts/publishedTexts.ts';
import { parseModel, printNetwork } from '../../src/text/index.ts';
import { NETWORKS } from '../support/networks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`);

describe('what is printed from the sources', () => {
  const texts = publishedTexts();

  it('is all there, and nothing else', () => {
    expect([...filesIn('models'), ...filesIn('schema')].sort()).toEqual([...texts.keys()].sort());
  });

  it.each([...texts.keys()])('%s is not stale (npm run texts)', (path) => {
    expect(read(path)).toBe(texts.get(path));
  });
});

describe('the JSON Schema', () => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
  const [network, model] = ['network', 'model'].map((name) => ajv.compile(JSON.parse(read(`schema/${name}.schema.json`))));

  it.each(filesIn('examples').filter((path) => path.endsWith('.yaml')))('takes %s', (path) => {
    network(parse(read(path)));
    expect(network.errors).toBeNull();
  });

  it.each(filesIn('models'))('takes %s', (path) => {
    model(parse(read(path)));
    expect(model.errors).toBeNull();
  });

  it('takes every network that is printed', () => {
    for (const { name, make } of NETWORKS) {
      const { def } = make().network;
      if (def.projections.some(({ rule }) => rule.kind === 'predicate')) continue;
      for (const format of ['yaml', 'json'] as const) {
        network(parse(printNetwork(def, { format })));
        expect(network.errors, name).toBeNull();
      }
    }
  });

  it('says what every key is for', () => {
    const bare: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(('properties' in schema && schema.properties) || {})) {
        const known = 'description' in value || '$ref' in value || 'const' in value || 'allOf' in value;
        if (!known) bare.push(`${path}.${key}`);
      }
      for (const [key, value] of Object.entries(schema)) visit(value, `${path}.${key}`);
    };
    for (const name of ['network', 'model']) visit(JSON.parse(read(`schema/${name}.schema.json`)), name);
    // The keys of typed arrays are described as a whole.
    expect(bare.filter((path) => !/\.(float64|float32|int32|uint32)$/.test(path))).toEqual([]);
  });

  const cell = 'cell: { model: izhikevich, size: 1 }';
  it.each([
    ['a misspelt key', `population: { ${cell} }`],
    ['a missing key', 'dt: 1'],
    ['a misspelt key within', `populations: { cell: { model: izhikevich, siez: 1 } }`],
    ['text where a number is needed', `dt: small\npopulations: { ${cell} }`],
    ['a size that is no whole number', 'populations: { cell: { model: izhikevich, size: 1.5 } }'],
    ['a rule that there is none of', `populations: { ${cell} }\nprojections: [{ source: cell, target: cell, synapse: electrical, rule: all }]`],
    ['a recorder of another kind', `populations: { ${cell} }\nrecorders: [{ kind: trace, view: cell }]`],
    ['a key of another kind of model', `populations: { ${cell} }\nmodels: { a: { kind: channel, quantities: {}, spike: v > 1 } }`],
    ['equations that are a number', `populations: { ${cell} }\nmodels: { a: { kind: channel, quantities: {}, equations: 5 } }`],
    ['a version to come', `spikeloom: 2\npopulations: { ${cell} }`],
  ])('refuses %s', (_, text) => {
    expect(network(parse(text))).toBe(false);
  });

  it('refuses what is no model', () => {
    expect(model({ kind: 'nuron', quantities: {} })).toBe(false);
    expect(model({ kind: 'neuron' })).toBe(false);
  });
});

it('a model file needs a name', () => {
  expect(() => parseModel('kind: neuron\nquantities: {}', { file: 'a.yaml' })).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [invalid-model]: this model has no name
      at a.yaml:1:1
        kind: neuron
        ^^^^
      Give it one: name: my neuron.]
  `);
});
