import * as z from 'zod';
import { cellSlot, modelEntry, normalization, stimulusSlot, synapseSlot } from './modelSchema.ts';
import { choice, keyed, named, number, text, truth, want } from './wording.ts';

/*
 * What the text of a network may hold. The JSON Schema that editors read is made from this.
 */

const WHOLE = 'Give a whole number, at least 0.';
const whole = (description: string, hint = WHOLE) => z.int(want('a whole number', hint)).min(0, want('at least 0', hint)).describe(description);
const positive = (description: string) => {
  const hint = 'Give a whole number, at least 1.';
  return z.int(want('a whole number', hint)).min(1, want('at least 1', hint)).describe(description);
};
const finite = number('A number.');
const numbers = z.array(finite, want('a list of numbers', 'Write [1, 2, 3].'));

const index = (min: number, max: number) => {
  const hint = `Give whole numbers from ${min} to ${max}.`;
  return z
    .int(want('a whole number', hint))
    .min(min, want(`at least ${min}`, hint))
    .max(max, want(`at most ${max}`, hint));
};
const int32 = z.array(index(-(2 ** 31), 2 ** 31 - 1), want('a list of whole numbers', 'Write [1, 2, 3].'));
const uint32 = z.array(index(0, 2 ** 32 - 1), want('a list of whole numbers', 'Write [1, 2, 3].'));

/** Numbers of a given precision, as typed arrays are in TypeScript. */
const typed = [
  keyed('numbers', 'Numbers in double precision.', { float64: numbers }),
  keyed('numbers', 'Numbers in single precision.', { float32: numbers }),
  keyed('numbers', 'Whole numbers.', { int32 }),
  keyed('numbers', 'Whole numbers from 0.', { uint32 }),
] as const;

const numberArray = z
  .union([numbers, ...typed], want('a list of numbers', 'Write [1, 2, 3], or { float32: [1, 2, 3] } where the precision matters.'))
  .meta({ id: 'numbers', description: 'A list of numbers; { float32: [...] } and the like where the type of the array matters.' });

const valueForms = [finite, z.string(), z.array(numberArray), numberArray] as const;

const value = z
  .union(
    valueForms,
    want('a value', "Write a number, an expression in quotes such as 'uniform(-70, -50)', a list with a number for each, or a list of lists."),
  )
  .meta({ id: 'value', description: 'A number, an expression, a list with one number for each cell or synapse, or a list for each.' });

const values = named('values', 'Values by the name of a quantity; a dotted name such as ampa.g reaches into a part.', value);

const cellValue = z
  .union(
    [
      keyed('a file of spikes', 'Times of spikes that stand in a file: a CSV, a .npy, or the results of a run.', {
        file: text('Its path, from the folder that the text lies in.', 'spikes.csv'),
        population: text('Which population, where the file has the spikes of several.', 'exc').optional(),
      }),
      ...valueForms,
    ],
    want(
      'a value',
      "Write a number, an expression in quotes such as 'uniform(-70, -50)', a list with a number for each, a list of lists, or { file: spikes.csv }.",
    ),
  )
  .meta({ id: 'cellValue', description: 'A value of cells; times of spikes may stand in a file.' });

const cellValues = named('values', 'Values by the name of a quantity; a dotted name such as ampa.g reaches into a part.', cellValue);

const pair = (description: string) =>
  z
    .tuple(
      [whole('The first.'), whole('The end, which is not part of the range.')],
      want('a pair of whole numbers', 'Write [from, to]; the end is not part of it.'),
    )
    .describe(description);

const selection = {
  slice: pair('Cells from the first up to, not including, the second index.').optional(),
  region: keyed('a region', 'A rectangle of a lattice.', {
    rows: pair('Rows from the first up to, not including, the second.'),
    columns: pair('Columns from the first up to, not including, the second.'),
  }).optional(),
  cells: z.array(whole('An index.'), want('a list of cells', 'Write [0, 3, 4].')).describe('Cells by index, ascending.').optional(),
  where: text('A condition over row, col, index and size.', 'row == col').optional(),
};

const view = z
  .union(
    [
      z.string(),
      keyed('a view', 'Some cells of a population; all of them where nothing more is said.', {
        population: text('The name of a population.', 'exc'),
        ...selection,
      }),
    ],
    want('a population', 'Write its name, or { population: exc, slice: [0, 10] }.'),
  )
  .meta({ id: 'view', description: 'A population by its name, or some of its cells: slice, region, cells or where.' });

const assignments = z.union(
  [
    z.array(
      keyed('an assignment', 'Values for some cells; all of them where nothing more is said.', { ...selection, values: cellValues }),
      want('a list', 'Write a list.'),
    ),
    cellValues,
  ],
  want('values by name', 'Write { v: -60 }, or a list such as [{ slice: [0, 4], values: { v: -60 } }].'),
);

const population = keyed('a population', 'Cells of one model: size, or rows and columns.', {
  model: cellSlot.describe('The model of the cells: a name, a variant of a model, or a model written out.'),
  size: positive('How many cells.').optional(),
  rows: positive('Rows of a lattice.').optional(),
  columns: positive('Columns of a lattice.').optional(),
  normalize: z
    .union(
      [normalization, named('choices', 'By port.', normalization)],
      want('sum or mean', 'Write sum or mean, or { i_gap: mean } for a single port.'),
    )
    .describe('How the input ports pool their synapses: all of them, or port by port; the choice of the model unless given.')
    .optional(),
  set: assignments
    .describe('Values that the cells start with: by name for all cells, or a list of assignments for some of them, later ones winning.')
    .optional(),
}).meta({ id: 'population' });

const stimulusEntry = keyed('a stimulus', 'What comes to some cells from outside: each has its own.', {
  model: stimulusSlot.describe('The model of the stimulus: a name, a variant of a model, or a model written out.'),
  onto: view.describe('The cells that it acts on.'),
  set: assignments.describe('Values of the stimulus for each cell: by name for all of them, or a list of assignments for some.').optional(),
}).meta({ id: 'stimulusEntry' });

const autapses = truth('Whether a cell may have a synapse onto itself; true unless given.').optional();
const multapses = truth('Whether two cells may be joined more than once; false unless given.').optional();
const degree = whole('How many synapses.');
const cell = z.union([finite, z.null()], want('a number or null', 'Write null where there is no synapse.'));

const RULE_KINDS = 'all-to-all, one-to-one, where, probability, fixed-in-degree, fixed-out-degree, fixed-total, distance-kernel, matrix, edge-list';

const rule = z
  .union(
    [
      z.enum(['all-to-all', 'one-to-one']),
      z.discriminatedUnion(
        'kind',
        [
          keyed('the rule all-to-all', 'Every source to every target.', { kind: z.literal('all-to-all'), autapses }),
          keyed('the rule one-to-one', 'The first source to the first target, and so on.', { kind: z.literal('one-to-one') }),
          keyed('the rule where', 'The pairs for which a condition holds.', {
            kind: z.literal('where'),
            condition: text('A condition over pre.row, pre.col, pre.index, pre.size, the same of post, and distance.', 'pre.row != post.row'),
          }),
          keyed('the rule probability', 'Every pair with a probability, decided from the seed.', {
            kind: z.literal('probability'),
            p: number('A fraction from 0 to 1.'),
            autapses,
          }),
          keyed('the rule fixed-in-degree', 'So many synapses onto each target, from sources drawn at random.', {
            kind: z.literal('fixed-in-degree'),
            degree,
            autapses,
            multapses,
          }),
          keyed('the rule fixed-out-degree', 'So many synapses from each source, onto targets drawn at random.', {
            kind: z.literal('fixed-out-degree'),
            degree,
            autapses,
            multapses,
          }),
          keyed('the rule fixed-total', 'So many synapses, their pairs drawn at random.', {
            kind: z.literal('fixed-total'),
            total: whole('How many synapses in all.'),
            autapses,
            multapses,
          }),
          keyed('the rule distance-kernel', 'Every pair with a probability that falls off with the distance of the two cells.', {
            kind: z.literal('distance-kernel'),
            kernel: choice('How the probability falls off.', ['gaussian', 'exponential', 'box']),
            width: number(
              'In steps of the lattice: the standard deviation of a gaussian, the length over which an exponential falls to 1/e, the radius of a box.',
            ),
            p: number('The probability at distance 0; 1 unless given.').optional(),
            cutoff: number('No synapse is longer.').optional(),
            torus: truth("Whether the lattice's first row and column follow its last; false unless given.").optional(),
            autapses,
          }),
          keyed('the rule matrix', 'A row for each source, a column for each target; null where there is no synapse.', {
            kind: z.literal('matrix'),
            quantity: text('The quantity that the matrix holds; w unless given.', 'w').optional(),
            values: z
              .union([z.array(z.array(cell)), z.array(cell)], want('rows of numbers', 'Write [[1, null], [2, 3]]; null where there is no synapse.'))
              .describe('A list of rows; or all numbers in one list, row by row, together with columns.'),
            columns: positive('How many targets, where the values are one list.').optional(),
            type: choice('The type of the array; float64 unless given.', ['float64', 'float32']).optional(),
          }),
          keyed('the rule edge-list', 'Synapses one by one, by indices within the source and target.', {
            kind: z.literal('edge-list'),
            pairs: z
              .array(
                z.tuple([whole('The source.'), whole('The target.')], want('a pair', 'Write [source, target].')),
                want('a list of pairs', 'Write [[0, 1], [1, 2]].'),
              )
              .describe('A list of [source, target].')
              .optional(),
            sources: numberArray.describe('The source of each synapse, where pairs are not given.').optional(),
            targets: numberArray.describe('The target of each synapse, where pairs are not given.').optional(),
            torus: truth('Whether distances are measured around the lattice; false unless given.').optional(),
          }),
        ],
        want('a rule of a known kind', `Choose one of: ${RULE_KINDS}.`),
      ),
    ],
    want('a rule', `Write all-to-all, one-to-one, or { kind: probability, p: 0.1 }; the kinds are ${RULE_KINDS}.`),
  )
  .meta({ id: 'rule', description: 'Which pairs have a synapse; all of them unless given.' });

const projection = keyed('a projection', 'Synapses from one view to another.', {
  name: text('The name in results; source->target unless given.', 'drive').optional(),
  source: view.describe('Where the synapses come from.'),
  target: view.describe('Where they go to: a population of neurons.'),
  synapse: synapseSlot.describe('The model of the synapses: a name, a variant of a model, or a model written out.'),
  rule: rule.optional(),
  set: values
    .describe('Values of the synapses’ quantities: numbers, expressions over pre.* and post.*, or a list in the order of the rule.')
    .optional(),
}).meta({ id: 'projection' });

const every = positive('A sample each so many steps; 1 unless given.').optional();
const quantityName = text('A quantity, named expression or port; dotted in parts.', 'v');

const recorder = z
  .discriminatedUnion(
    'kind',
    [
      keyed('a trace', 'A quantity of each cell of a view.', { kind: z.literal('trace'), view, quantity: quantityName, every }),
      keyed('a mean', 'A quantity averaged over a view.', { kind: z.literal('mean'), view, quantity: quantityName, every }),
      keyed('a recorder of spikes', 'The spikes of each cell of a view.', { kind: z.literal('spikes'), view }),
      keyed('a recorder of spike counts', 'How many spikes each cell of a view had.', { kind: z.literal('spike-counts'), view }),
      keyed('a recorder of synapses', 'A quantity of each synapse of a projection.', {
        kind: z.literal('synapses'),
        projection: text('The name of a projection; source->target where it was given none.', 'exc->inh'),
        quantity: quantityName,
        every,
        synapses: z
          .array(z.int().min(0), want('a list of places', 'Write [0, 7]: places in the order of target, then source.'))
          .describe('Chosen synapses, by their places in the order of target, then source; all unless given.')
          .optional(),
      }),
      keyed('a histogram of synapses', 'How many synapses of a projection have a quantity in each part of a range.', {
        kind: z.literal('histogram'),
        projection: text('The name of a projection; source->target where it was given none.', 'exc->inh'),
        quantity: quantityName,
        every,
        bins: positive('Equal parts of the range; 50 unless given.').optional(),
        range: z.tuple([z.number(), z.number()], want('a range', 'Write [0, 1].')).describe('The lower and the upper end.'),
      }),
    ],
    want('a recorder', 'Write { kind: trace, view: exc, quantity: v }; the kinds are trace, mean, spikes, spike-counts, synapses, histogram.'),
  )
  .meta({ id: 'recorder', description: 'What to record.' });

export const networkSchema = keyed('a network', 'A network of spiking neurons.', {
  $schema: z.string().describe('For editors of JSON.').optional(),
  spikeloom: z.literal(1, want('1', 'This program reads version 1 of the text format.')).describe('The version of the text format: 1.').optional(),
  dt: number('The step of integration, ms; 0.1 unless given.').optional(),
  seed: number('An integer from 0 to 2^53 - 1; the same seed gives the same bits everywhere. 0 unless given.').optional(),
  duration: number('How long a run goes on where nothing else is said, ms; 1000 unless given.').optional(),
  models: named('models', 'Models of this file by name. A name of the library may be taken: it is hidden then.', modelEntry).optional(),
  populations: named('populations', 'Populations by name.', population),
  stimuli: named('stimuli', 'What comes to cells from outside the network, by name.', stimulusEntry).optional(),
  projections: z
    .array(projection, want('a list of projections', 'Begin each with a dash: - { source: exc, target: inh, synapse: electrical }.'))
    .describe('Synapses between populations.')
    .optional(),
  recorders: z
    .array(recorder, want('a list of recorders', 'Begin each with a dash: - { kind: spikes, view: exc }.'))
    .describe('What to record.')
    .optional(),
});

export type NetworkText = z.infer<typeof networkSchema>;

export const modelSchema = modelEntry;
