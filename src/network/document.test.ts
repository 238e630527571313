import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../compile/compile.ts';
import { predicatesAsEdges } from '../compile/edges.ts';
import { ContentsAtLoad } from '../ir/program.ts';
import { electrical, izhikevich } from '../models/index.ts';
import { matrix, where } from './connect/index.ts';
import type { NetworkDef } from './definition.ts';
import { fromDocument, type TypedArray, toDocument } from './document.ts';
import { Network } from './network.ts';

function shelf() {
  const arrays: TypedArray[] = [];
  return { put: (values: TypedArray) => String(arrays.push(values) - 1), get: (name: string) => arrays[Number(name)] };
}

function wired(): Network {
  const network = new Network({ dt: 0.5, seed: 3 });
  const sheet = network.lattice('sheet', izhikevich(), { rows: 3, columns: 4 });
  const some = sheet.region([1, 3], [0, 3]);
  network
    .connect(
      some,
      sheet,
      electrical(),
      where((pre, post) => pre.row !== post.row && pre.col <= post.col),
    )
    .set({ w: 'uniform(0, 1)' });
  const weights = Array.from({ length: 12 }, (_, s) => Array.from({ length: 12 }, (_, t) => (s === t ? Number.NaN : s - t)));
  network.connect(sheet, sheet, electrical(), matrix(weights));
  sheet.set({ v: Float64Array.from({ length: 12 }, (_, i) => -i / 7), i_in: -0 });
  return network;
}

describe('a network as a document', () => {
  it('goes through JSON, its arrays beside it', () => {
    const arrays = shelf();
    const def = predicatesAsEdges(wired().def);
    const read = fromDocument(JSON.parse(JSON.stringify(toDocument(def, arrays))), arrays) as NetworkDef;
    expect(read).toEqual(def);
    expect(Object.is(read.populations[0].assignments[0].values.i_in, -0)).toBe(true);
  });

  it('refuses a function', () => {
    expect(() => toDocument(wired().def, shelf())).toThrow("a function given as 'predicate' can't be written");
  });
});

it('the edges of a function are the same with the same draws when they stand for it', () => {
  const { def } = wired();
  const edges = predicatesAsEdges(def);
  expect(edges.projections.map((p) => p.rule.kind)).toEqual(['edge-list', 'matrix']);
  const [a, b] = [def, edges].map((d) => {
    const { program } = compileNetwork(d, 'f64');
    const contents = new ContentsAtLoad(program);
    return program.columns.map(({ id, name }) => [name, contents.of(id)]);
  });
  expect(b).toEqual(a);
  expect(Object.fromEntries(a)['projection sheet->sheet.sources']).toBeDefined();
});
