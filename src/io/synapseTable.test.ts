import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineNeuron, defineSynapse, edgeList, fixedInDegree, Network, probability, quantity, type SynapseTable, simulate } from '../index.ts';
import { parseSynapsesCsv, SynapsesCsvReader, synapsesCsv } from './synapseTable.ts';

const synapse = defineSynapse({
  name: 'fading',
  quantities: {
    w: quantity(1, 'nS', 'weight'),
    delay: quantity(1, 'ms', 'delay'),
    x: quantity(0, '1', 'trace'),
    tau: quantity(20, 'ms', 'its decay'),
  },
  equations: 'dx/dt = -x / tau',
  onPre: 'post.g += w; x += 1; w += 0.01[nS] * x',
})();

const cell = defineNeuron({
  name: 'cell',
  quantities: { v: quantity(0, 'mV', ''), g: quantity(0, 'nS', ''), drive: quantity(2, 'mV', ''), tau: quantity(10, 'ms', '') },
  equations: 'dv/dt = (drive + g * 0.1[mV/nS] - v) / tau\ndg/dt = -g / tau',
  spike: 'v > 1[mV]',
  reset: 'v = 0[mV]',
  integrator: 'euler',
});

function network(): Network {
  const made = new Network({ dt: 0.1, seed: 4, duration: 50 });
  made.population('a', cell(), 12).set({ v: 'uniform(0, 1)' });
  made.population('b', cell(), 7);
  return made;
}

async function table(): Promise<SynapseTable<'w' | 'delay' | 'x' | 'tau'>> {
  const made = network();
  const [a, b] = [made.populationNamed('a'), made.populationNamed('b')];
  const projection = made
    .connect(a, b as never, synapse, fixedInDegree(9, { multapses: true }))
    .set({ w: 'normal(1, 0.2)', delay: '0.1 + 0.3 * pre.index' });
  const simulation = await simulate(made, { precision: 'f64' });
  await simulation.run(20);
  return simulation.synapseTable(projection);
}

const csv = (t: SynapseTable): string => [...synapsesCsv(t)].join('');

describe('a table of synapses', () => {
  it('holds what synapsesOf and getSynapses give', async () => {
    const made = network();
    const [a, b] = [made.populationNamed('a'), made.populationNamed('b')];
    const projection = made.connect(a, b as never, synapse, probability(0.5)).set({ w: 'uniform(0, 2)' });
    const simulation = await simulate(made);
    await simulation.run(20);
    const { sources, targets, values, units } = simulation.synapseTable(projection);
    expect({ sources, targets }).toEqual(simulation.synapsesOf(projection));
    expect(units).toEqual({ w: 'nS', delay: 'ms', x: '1', tau: 'ms' });
    for (const name of ['w', 'delay', 'x', 'tau'] as const) expect(values[name]).toEqual(simulation.getSynapses(projection, name));
    expect(new Set(values.x).size).toBeGreaterThan(1);
    const some = simulation.synapseTable(projection, { quantities: ['delay'] });
    expect(Object.keys(some.values)).toEqual(['delay']);
    expect(() => simulation.synapseTable(projection, { quantities: ['d' as never] })).toThrow("'d' is not a quantity of synapse 'fading'");
    expect(() => simulation.synapseTable(projection, { names: ['w'] } as never)).toThrow("synapse table has no option 'names'");
    expect(() => simulation.synapseTable('none')).toThrow("there is no projection 'none'");
  });

  it('gives another network the same synapses, through CSV too', async () => {
    const first = await table();
    expect(first.sources.length).toBe(63);
    const read = parseSynapsesCsv(csv(first), synapse);
    expect(read).toEqual(first);
    const made = network();
    const projection = made.connect(made.populationNamed('a'), made.populationNamed('b') as never, synapse, edgeList(read)).set(read.values);
    const again = await simulate(made, { precision: 'f64' });
    expect(again.synapseTable(projection)).toEqual(first);
  });
});

describe('CSV', () => {
  const tiny = {
    sources: Uint32Array.of(0, 4),
    targets: Uint32Array.of(1, 1),
    values: { w: Float64Array.of(0.1, -2e-9), x: Float64Array.of(1, 0) },
    units: { w: 'nS', x: '1' },
  };

  it('names quantities with their units', () => {
    expect(csv(tiny)).toBe('source,target,w[nS],x\n0,1,0.1,1\n4,1,-2e-9,0\n');
    expect(parseSynapsesCsv('source,target\n', synapse)).toEqual({ sources: new Uint32Array(), targets: new Uint32Array(), values: {}, units: {} });
  });

  it.each([
    ['other line ends', 'source,target,w[nS],x\r\n0,1,0.1,1\r\n4,1,-2e-9,0\r\n'],
    ['no last line end', 'source,target,w[nS],x\n0,1,0.1,1\n4,1,-2e-9,0'],
    ['a mark of byte order', '\uFEFFsource,target,w[nS],x\n0,1,0.1,1\n4,1,-2e-9,0\n'],
    ['quotes', '"source","target","w[nS]","x"\n"0","1",0.1,"1"\n4,"1",-2e-9,0\n'],
    ['quotes over lines', '"source\n",target,w[nS],x\n0,1,0.1,1\n4,"\n1",-2e-9,0\n'],
    ['another order', 'x,w[nS],target,source\n1,0.1,1,0\n0,-2e-9,1,4\n'],
    ['no unit', 'source,target,w,x\n0,1,0.1,1\n4,1,-2e-9,0\n'],
    ['blanks and empty lines', 'source, target, w [nS], x\n\n0, 1, 0.1, 1\n4, 1, -2e-9, 0\n\n'],
  ])('with %s', (_, text) => {
    expect(parseSynapsesCsv(text, synapse)).toEqual(tiny);
  });

  it('converts units', () => {
    const { values, units } = parseSynapsesCsv('source,target,w[pS],delay[s]\n0,1,300,0.002\n', synapse);
    expect(units).toEqual({ w: 'nS', delay: 'ms' });
    expect(values.w[0]).toBeCloseTo(0.3, 14);
    expect(values.delay[0]).toBeCloseTo(2, 14);
  });

  it('comes in any pieces', () => {
    const text = `\uFEFFsource,"target",w[nS]\r\n${Array.from({ length: 30 }, (_, i) => `${i},"${i % 7}\n",${i / 3}\r\n`).join('')}`;
    const whole = parseSynapsesCsv(text, synapse);
    expect(whole.values.w[29]).toBe(29 / 3);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 40 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const reader = new SynapsesCsvReader(synapse);
        for (let i = 1; i < places.length; i++) reader.add(text.slice(places[i - 1], places[i]));
        expect(reader.finish()).toEqual(whole);
      }),
      { seed: 1 },
    );
  });

  it('gives back the bits of any table', () => {
    const row = fc.record({ source: fc.nat(2 ** 32 - 1), target: fc.nat(2 ** 32 - 1), w: fc.double({ noDefaultInfinity: true, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 50 }), (rows) => {
        const made = {
          sources: Uint32Array.from(rows, (r) => r.source),
          targets: Uint32Array.from(rows, (r) => r.target),
          // CSV has no -0.
          values: { w: Float64Array.from(rows, (r) => r.w + 0) },
          units: { w: 'nS' },
        };
        expect(parseSynapsesCsv(csv(made), synapse)).toEqual(made);
      }),
      { seed: 2 },
    );
  });

  it('of many synapses is read in time', () => {
    const n = 200_000;
    const many = {
      sources: new Uint32Array(n).map((_, i) => i),
      targets: new Uint32Array(n).fill(3),
      values: { w: new Float64Array(n).map((_, i) => i / 7) },
      units: { w: 'nS' },
    };
    expect([...synapsesCsv(many)].length).toBeLessThan(100);
    expect(parseSynapsesCsv(csv(many), synapse)).toEqual(many);
  });

  it.each([
    ['nothing', ''],
    ['no targets', 'source,w\n0,1\n'],
    ['an unknown quantity', 'source,target,weight[nS]\n'],
    ['two of a column', 'source,target,w,w[nS]\n'],
    ['another dimension', 'source,target,w[mV]\n'],
    ['an unknown unit', 'source,target,w[nX]\n'],
    ['too few fields', 'source,target,w\n0,1,2\n0,1\n'],
    ['too many fields', 'source,target,w\n0,1,2,\n'],
    ['no index', 'source,target,w\n0,1.5,2\n'],
    ['no number', 'source,target,w\n\n0,1,2\n0,1,two\n'],
    ['an empty field', 'source,target,w\n0,1,\n'],
    ['more behind a quote', 'source,target,w\n0,1,"2"3\n'],
    ['a quote that is never closed', 'source,target,w\n0,1,2\n0,1,"2\n0,1,3\n'],
    ['a quote at the end', 'source,target,w\n0,1,"2'],
  ])('is refused with its line: %s', (_, text) => {
    let message = '';
    try {
      parseSynapsesCsv(text, synapse);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatchSnapshot();
  });
});
