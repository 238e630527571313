import fc from 'fast-check';
import {
  allToAll,
  distanceKernel,
  edgeList,
  fixedInDegree,
  fixedOutDegree,
  fixedTotal,
  matrix,
  Network,
  type NetworkDef,
  probability,
  type RuleDef,
  where,
} from '../../src/index.ts';
import {
  type AnyModel,
  defineChannel,
  defineNeuron,
  defineReceptor,
  defineSpikeTrain,
  defineSynapse,
  defineTransmitter,
  type Neuron,
  type Receptor,
  type Synapse,
} from '../../src/model/define.ts';
import type { Integrator, ModelDef, Quantity, SpikeCondition } from '../../src/model/definition.ts';
import * as library from '../../src/models/index.ts';
import type { Assignment, CellSelection, NumberArray, PopulationDef, RecorderDef, ValueSpec } from '../../src/network/definition.ts';

/*
 * Random models and networks, checked by the functions that users call: whatever can be defined, with names, texts and
 * numbers that are hard to write down.
 */

/** Names that a reader may take for something else stand beside ordinary ones. */
const AWKWARD = ['y', 'n', 'no', 'on', 'off', 'yes', 'null', 'true', 'False', 'constructor', 'toString', 'valueOf', 'NaN', 'inf', 'e1', 'x', 'nan'];
const identifier = fc.oneof(fc.constantFrom(...AWKWARD), fc.stringMatching(/^[a-z][A-Za-z0-9_]{3,8}$/));
const quantityName = fc.oneof(fc.constantFrom('y', 'n', 'no', 'on', 'off', 'null', 'constructor', 'toString', 'hasOwnProperty', 'size0'), identifier);

const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(-0, 0, 5e-324, 1.7976931348623157e308, 1e21, 1e-7, 0.1 + 0.2, 2 ** 53, 123456789012345680000),
);

const SNIPPETS = [
  '',
  ' ',
  '# x',
  ' #',
  'a: b',
  ': ',
  '- a',
  '? a',
  '| x',
  '>',
  '%',
  '@',
  '`',
  '"',
  "'",
  '&a',
  '*a',
  '!x',
  '{',
  ']',
  ',',
  '---',
  '...',
  '\n',
  '\r\n',
  '\t',
  '~',
];
const SCALARS = [
  '5',
  '-0',
  '1e3',
  '0x10',
  '.nan',
  '.inf',
  'null',
  'true',
  'yes',
  '10 ms',
  '<<',
  '=',
  '\uFEFF',
  '\u2028',
  '\u0085',
  '\0',
  '\ud800',
  '😀',
  'µ',
];
const anyText = fc.oneof(
  fc.constantFrom(...SNIPPETS, ...SCALARS),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.constantFrom(...SNIPPETS, 'word', 'it’s', ...SCALARS), { maxLength: 8 }).map((parts) => parts.join(' ')),
);

const described = fc.record({ description: anyText, citation: anyText }, { requiredKeys: [] });
const meaning = fc.option(anyText, { nil: undefined });

/** Equations as people write them: indented, with comments and blank lines. */
function written(lines: readonly string[]): fc.Arbitrary<string> {
  const space = fc.constantFrom('', '\n', '  \n', '# a comment: with { signs }\n', "    # don't\n\n");
  return fc
    .tuple(
      fc.constantFrom('', '  ', '      ', '\t'),
      fc.array(space, { minLength: lines.length + 1, maxLength: lines.length + 1 }),
      fc.constantFrom('\n', '\r\n'),
    )
    .map(([indent, gaps, end]) =>
      lines
        .map((line, i) => `${gaps[i]}${indent}${line}`)
        .join('\n')
        .concat('\n', gaps[lines.length])
        .replaceAll('\n', end),
    );
}

const withUnit = (value: Quantity['value'], unit: string | undefined, text: string | undefined): Quantity => ({
  value,
  ...(unit !== undefined && { unit }),
  ...(text !== undefined && { meaning: text }),
});

/** Quantities that no equation uses, beside those that it does. */
function quantitiesAround(own: Readonly<Record<string, Quantity>>, unitless: boolean): fc.Arbitrary<Record<string, Quantity>> {
  const unit = unitless
    ? fc.constant(undefined)
    : fc.constantFrom('mV', '1', 'mS/cm^2', '1/(mV ms)', 'ms^(-1/2)', 'pA', 'conductance', 'µF', undefined);
  // An expression of plain numbers has no unit.
  const value = fc.oneof(
    fc.tuple(fc.oneof(finite, fc.array(finite, { maxLength: 4 })), unit),
    fc.tuple(fc.constantFrom('1 + 2', '10', 'exp(-(0.5))', '-0', 'uniform()'), fc.constantFrom(undefined, ...(unitless ? [] : ['1']))),
  );
  const more = fc.dictionary(
    quantityName,
    fc.tuple(value, meaning).map(([[v, u], m]) => withUnit(v, u, m)),
    { maxKeys: 4 },
  );
  return fc.tuple(more, fc.boolean()).map(([others, first]) => (first ? { ...others, ...own } : { ...own, ...others }));
}

const spike: fc.Arbitrary<{ readonly spike: string | SpikeCondition; readonly more: Readonly<Record<string, Quantity>> }> = fc.oneof(
  fc.constantFrom('x_v >= x_v + x_v', 'x_v > x_v').map((condition) => ({ spike: condition, more: {} })),
  fc.constant({ spike: { kind: 'peak', variable: 'x_v', above: 'x_v' } as const, more: {} }),
  fc.constant({ spike: { kind: 'scheduled', times: 'x_times' } as const, more: { x_times: { value: [1, 2.5], unit: 'ms' } } }),
);

const channel = fc
  .tuple(
    anyText,
    described,
    quantitiesAround({ g0: { value: 1, unit: 'conductance' }, e0: { value: -0, unit: 'mV', meaning: 'x' } }, false),
    written(['open = 0.5', 'current = g0 * open * (v - e0)']),
  )
  .map(([name, more, quantities, equations]) => defineChannel({ name, ...more, quantities, equations })());

const transmitter = fc
  .tuple(anyText, described, quantitiesAround({ conc: { value: 0, unit: 'mM' } }, false), written(['conc *= 0.5', 'if (v > 0[mV]) { conc = 1[mM] }']))
  .map(([name, more, quantities, step]) => defineTransmitter({ name, ...more, quantities, step })());

const kinetics = fc
  .tuple(
    anyText,
    described,
    quantitiesAround({ r: { value: 0, unit: '1', meaning: 'open' }, t0: { value: 3, unit: 'ms' } }, false),
    written(['dr/dt = -r / t0']),
  )
  .map(([name, more, quantities, equations]) => defineReceptor({ name, ...more, quantities, equations })());

const receptor: fc.Arbitrary<Receptor> = fc.oneof(
  fc.constantFrom(
    library.ampa(),
    library.nmda(library.exponentialDecayReceptor(), { g: -0 }),
    library.gaba({ transmitter: 'no', alpha: 1e-7 }),
    library.ampa({ beta: 3 }),
  ),
  kinetics.map((own) => library.ampa(own)),
  fc.tuple(anyText, described, kinetics, fc.option(identifier, { nil: undefined })).map(([name, more, own, felt]) =>
    defineReceptor({
      name,
      ...more,
      kinetics: own,
      ...(felt !== undefined && { transmitter: felt }),
      quantities: { g_: { value: 1, unit: 'conductance' } },
      equations: 'current = g_ * r * v',
    })(),
  ),
);

const neuron: fc.Arbitrary<Neuron> = fc
  .record({
    name: anyText,
    more: described,
    unitless: fc.boolean(),
    spike,
    integrator: fc.option(fc.constantFrom<Integrator>('euler', 'exponential-euler', 'exact', 'heun', 'rk4'), { nil: undefined }),
    coupling: fc.option(fc.constantFrom('simultaneous' as const, 'staggered' as const), { nil: undefined }),
    channels: fc.dictionary(identifier, fc.oneof(channel, fc.constantFrom(library.leak(), library.sodium({ g: 5 }))), { maxKeys: 2 }),
    receptors: fc.dictionary(
      identifier.map((name) => `${name}R`),
      receptor,
      { maxKeys: 2 },
    ),
    transmitters: fc.dictionary(
      identifier.map((name) => `${name}T`),
      fc.oneof(transmitter, fc.constant(library.destexheTransmitter())),
      { maxKeys: 2 },
    ),
    normalize: fc.constantFrom('sum' as const, 'mean' as const),
    meaning,
  })
  .chain((options) => {
    const { name, more, unitless, spike: fires, integrator, coupling, normalize, meaning: said, channels, receptors, transmitters } = options;
    const own = unitless
      ? { x_v: { value: 0 }, ...(fires.more.x_times && { x_times: { value: [1, 2.5] } }) }
      : { x_v: { value: 'x_tau * 1[mV/ms]', unit: 'mV' }, v: { value: 0, unit: 'mV' }, x_tau: { value: 5, unit: 'ms' }, ...fires.more };
    const parts = unitless ? {} : { channels, receptors, transmitters };
    const lines = unitless
      ? ['dx_v/dt = -x_v + x_in']
      : ['dx_v/dt = -x_v / x_tau', 'dv/dt = -(i_channels + i_receptors) * 1[mV/(pA ms)] + x_in / x_tau  (unless refractory)'];
    return fc.tuple(quantitiesAround(own, unitless), written(lines), written(['x_v = x_v', 'x_v += x_v'])).map(
      ([quantities, equations, reset]) =>
        defineNeuron({
          name,
          ...more,
          quantities,
          inputs: { x_in: { ...(!unitless && { unit: 'mV' }), ...(said !== undefined && { meaning: said }), normalize } },
          equations,
          spike: fires.spike,
          reset,
          ...(!unitless && { refractory: 'x_tau / 2' }),
          ...(integrator && integrator !== 'exact' && { integrator }),
          ...(coupling && { coupling }),
          ...parts,
        })() as Neuron,
    );
  });

const libraryNeuron: fc.Arbitrary<Neuron> = fc
  .tuple(
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'v', 'i_in'), finite, { maxKeys: 3 }),
    fc.dictionary(identifier, receptor, { maxKeys: 2 }),
    fc.boolean(),
  )
  .map(([values, receptors, changed]) => library.izhikevich({ ...values, receptors, ...(changed && { integrator: 'heun' as const }) }) as Neuron);

const spikeTrain = fc
  .tuple(anyText, described, quantitiesAround({ x_rate: { value: 10, unit: 'Hz' } }, false))
  .map(([name, more, quantities]) => defineSpikeTrain({ name, ...more, quantities, spike: 'bernoulli(x_rate * dt)' })());

const bound = fc.oneof(finite.map(String), fc.constantFrom('w_max', '-w_max', '0', '1e3', '0.0', ' 1', '2 * w_max', 'w_max # largest'));

/** A synapse that acts on spikes and rewards. */
const learning: fc.Arbitrary<Synapse> = fc
  .record({
    name: anyText,
    more: described,
    quantities: quantitiesAround({ w: { value: 1, meaning: 'weight' }, w_max: { value: 2 }, x_a: { value: 0 }, delay: { value: 1 } }, true),
    shared: fc.option(
      fc.oneof(finite, fc.constant('1 + 2')).map((value) => ({ x_d: { value } })),
      { nil: undefined },
    ),
    bounds: fc.option(fc.tuple(bound, bound), { nil: undefined }),
    target: fc.option(identifier, { nil: undefined }),
    equations: fc.option(written(['dx_a/dt = -x_a / 20', 'half = w_max / 2']), { nil: undefined }),
    onPre: written(['post.<target> += w', 'x_a += 1']),
    onPost: fc.option(written(['w += x_a']), { nil: undefined }),
    onReward: fc.option(written(['w += reward * x_a']), { nil: undefined }),
  })
  .map(({ name, more, quantities, shared, bounds, target, equations, onPre, onPost, onReward }) =>
    defineSynapse({
      name,
      ...more,
      quantities,
      ...(shared && { shared }),
      ...(bounds && { bounds: { w: bounds } }),
      ...(target !== undefined && { target }),
      ...(equations !== undefined && { equations }),
      onPre,
      ...(onPost !== undefined && { onPost }),
      ...(onReward !== undefined && { onReward }),
    })(),
  );

const synapse: fc.Arbitrary<Synapse> = fc.oneof(
  fc.constantFrom(library.electrical() as Synapse, library.electrical({ w: -0 }) as Synapse, library.chemical({ types: ['no', 'gaba'] }) as Synapse),
  fc.constantFrom(library.staticSynapse({ target: 'x_in', w: -0, delay: 1e-7 }) as Synapse, library.staticSynapse({ target: 'no' }) as Synapse),
  learning,
  fc
    .tuple(anyText, described, quantitiesAround({ w: { value: 1 } }, true), written(['post.x_in += w * pre.x_v', 'post.x_in -= w']))
    .map(([name, more, quantities, continuous]) => defineSynapse({ name, ...more, quantities, continuous })()),
);

/** A model of any kind, as data. */
export const randomModel: fc.Arbitrary<ModelDef> = fc
  .oneof(neuron as fc.Arbitrary<AnyModel>, libraryNeuron, spikeTrain, channel, transmitter, kinetics, receptor, synapse)
  .map((model) => model.def);

const populationName = fc.oneof(fc.constantFrom('y', 'no', 'null', 'true', 'constructor', 'a-b'), fc.stringMatching(/^[A-Za-z][\w-]{0,6}$/));
const expression = fc.constantFrom('uniform(-70, -50)', 'index * 2', '5', '10 + row', 'a', '-0', '"', 'not: checked yet');
const typedArray: fc.Arbitrary<NumberArray> = fc.oneof(
  fc.float64Array({ noNaN: true, noDefaultInfinity: true, maxLength: 5 }),
  fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 5 }),
  fc.int32Array({ maxLength: 5 }),
  fc.uint32Array({ maxLength: 5 }),
  fc.array(finite, { maxLength: 40 }),
);
const value: fc.Arbitrary<ValueSpec> = fc.oneof(finite, expression, typedArray, fc.array(fc.array(finite, { maxLength: 3 }), { maxLength: 3 }));

const indices = (n: number) => fc.integer({ min: 0, max: n - 1 });
const range = (n: number) => fc.tuple(indices(n), indices(n)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b) + 1]);

function selection({ rows, columns }: Pick<PopulationDef, 'rows' | 'columns'>): fc.Arbitrary<CellSelection> {
  const size = rows * columns;
  return fc.oneof(
    fc.constant({ kind: 'all' as const }),
    range(size).map(([start, end]) => ({ kind: 'slice' as const, start, end })),
    fc.record({ kind: fc.constant('region' as const), rows: range(rows), columns: range(columns) }),
    fc.uniqueArray(indices(size), { minLength: 1, maxLength: 4 }).map((cells) => ({ kind: 'cells' as const, cells: cells.sort((a, b) => a - b) })),
    fc.constantFrom('row == col', 'index > 1 and (col < 5)', 'row: x').map((condition) => ({ kind: 'where' as const, condition })),
  );
}

const weight = fc.oneof(finite, fc.constant(null));
const flags = fc.record({ autapses: fc.boolean() }, { requiredKeys: [] });
const degreeFlags = fc.record({ autapses: fc.boolean(), multapses: fc.boolean() }, { requiredKeys: [] });
const distance = fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true });
const chance = fc.double({ min: 0, max: 1, noNaN: true });

const rule: fc.Arbitrary<RuleDef> = fc.oneof(
  flags.map((options) => allToAll(options)),
  fc.constant({ kind: 'one-to-one' as const }),
  fc.constantFrom('pre.row != post.row', "it's # not: checked").map((condition) => where(condition)),
  fc.tuple(chance, flags).map(([p, options]) => probability(p, options)),
  fc
    .tuple(fc.constantFrom(fixedInDegree, fixedOutDegree, fixedTotal), fc.nat(2 ** 31), degreeFlags)
    .map(([make, count, options]) => make(count, options)),
  fc
    .tuple(
      fc.constantFrom('gaussian' as const, 'exponential' as const, 'box' as const),
      distance,
      fc.record({ p: chance, cutoff: distance, torus: fc.boolean(), autapses: fc.boolean() }, { requiredKeys: [] }),
    )
    .map(([kernel, width, options]) => distanceKernel(kernel, { width, ...options })),
  fc
    .integer({ min: 0, max: 30 })
    .chain((n) => fc.array(fc.array(weight, { minLength: n, maxLength: n }), { maxLength: 3 }))
    .map((rows) => matrix(rows)),
  fc.integer({ min: 1, max: 3 }).chain((columns) =>
    fc.array(fc.float({ noDefaultInfinity: true }), { maxLength: 4 }).map((row) => {
      const values = Float32Array.from({ length: row.length * columns }, (_, i) => row[i % row.length]);
      return matrix(values, { columns });
    }),
  ),
  fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 5 }).map((pairs) => edgeList(pairs)),
  fc
    .nat(4)
    .chain((n) => fc.tuple(fc.uint32Array({ minLength: n, maxLength: n }), fc.array(finite, { minLength: n, maxLength: n })))
    .map(([sources, targets]) => edgeList({ sources, targets })),
);

/** Some of the names, with values. */
function valuesFor(def: ModelDef, kind: RuleDef['kind'] | undefined): fc.Arbitrary<Record<string, ValueSpec>> {
  const names = Object.keys(def.quantities).filter((name) => kind !== 'matrix' || name !== 'w');
  return names.length === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 });
}

function population(name: string): fc.Arbitrary<PopulationDef> {
  const size = fc.integer({ min: 1, max: 5 });
  return fc.tuple(fc.oneof(neuron, libraryNeuron, spikeTrain as fc.Arbitrary<AnyModel>), size, size).chain(([{ def: model }, rows, columns]) => {
    const ports = Object.keys(model.inputs ?? {});
    const pooled = fc.constantFrom('sum' as const, 'mean' as const);
    const normalize = fc.oneof(
      fc.constant({}),
      pooled,
      ports.length > 0 ? fc.dictionary(fc.constantFrom(...ports), pooled, { noNullPrototype: true }) : fc.constant({}),
    );
    const assignment: fc.Arbitrary<Assignment> = fc.record({ cells: selection({ rows, columns }), values: valuesFor(model, undefined) });
    return fc.record({
      name: fc.constant(name),
      model: fc.constant(model),
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      assignments: fc.array(assignment, { maxLength: 3 }),
      normalize,
    });
  });
}

function readableOf({ quantities }: ModelDef): string[] {
  return Object.keys(quantities).filter((name) => !Array.isArray(quantities[name].value));
}

/** A network of any kind, as data: everything that can be said before it is compiled. */
export const randomNetwork: fc.Arbitrary<NetworkDef> = fc
  .uniqueArray(populationName, { minLength: 1, maxLength: 3 })
  .chain((names) => fc.tuple(...names.map(population)))
  .chain((populations) => {
    const view = (of: readonly PopulationDef[]) => fc.constantFrom(...of).chain((p) => selection(p).map((cells) => ({ population: p.name, cells })));
    const targets = populations.filter((p) => p.model.kind === 'neuron');
    const projection = fc.tuple(
      view(populations),
      targets.length > 0 ? view(targets) : fc.constant(undefined),
      synapse,
      rule,
      fc.option(anyText, { nil: undefined }),
    );
    const readable = fc
      .constantFrom(...populations)
      .chain((p) =>
        fc
          .tuple(selection(p), fc.constantFrom(...readableOf(p.model)))
          .map(([cells, quantity]) => ({ view: { population: p.name, cells }, quantity })),
      );
    const every = fc.integer({ min: 1, max: 3 });
    const recorder: fc.Arbitrary<RecorderDef> = fc.oneof(
      fc.tuple(fc.constantFrom('trace' as const, 'mean' as const), readable, every).map(([kind, what, n]) => ({ kind, ...what, every: n })),
      fc.tuple(fc.constantFrom('spikes' as const, 'spike-counts' as const), view(populations)).map(([kind, what]) => ({ kind, view: what })),
    );
    return fc
      .tuple(fc.array(projection, { maxLength: 3 }), fc.array(recorder, { maxLength: 4 }), finite, fc.maxSafeNat())
      .chain(([projections, recorders, dt, seed]) => {
        const network = Network.from({ dt: Math.abs(dt) || 0.1, seed, duration: Math.abs(dt), populations, projections: [], recorders });
        const values = projections.map(([, , model, how]) => valuesFor(model.def, how.kind));
        return fc.tuple(...values).map((sets) => {
          for (const [i, [source, target, model, how, name]] of projections.entries()) {
            if (!target || network.def.projections.some((other) => other.name === name)) continue;
            const ends = [source, target].map((v) => network.populationNamed(v.population).select(v.cells));
            const made = network.connect(ends[0], ends[1] as Parameters<typeof network.connect>[1], model, how, name === undefined ? {} : { name });
            if (Object.keys(sets[i]).length > 0) made.set(sets[i]);
            network.recordSynapses(made, 'w');
          }
          return network.def;
        });
      });
  });
