import { respond } from '../src/cli/response.ts';
import { Network, simulate } from '../src/index.ts';
import * as library from '../src/models/index.ts';
import { plotTraces } from '../src/plot/index.ts';

const EXPORTS = new Map(Object.entries(library));

/** In the unit of the neuron. */
const TYPES_CURRENT = 10;

const KINDS = [
  ['neuron', 'Neurons'],
  ['channel', 'Ion channels'],
  ['transmitter', 'Transmitters'],
  ['receptor', 'Receptors'],
  ['synapse', 'Synapses'],
  ['spikeTrain', 'Spike trains'],
  ['stimulus', 'Stimuli'],
];

/** Text whose columns line up as the source has them, without the indentation of the source. */
function unindented(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}

const spikeText = (spike) =>
  ({ threshold: spike.condition, peak: `peak of ${spike.variable} above ${spike.above}`, scheduled: `at ${spike.times}` })[spike.kind];

/** A value that stands in a cell of a table. */
const cell = (value) => (value === '' ? '' : `\`${Array.isArray(value) ? `[${value}]` : value}\``);

/** Every block of a model under the name of its key. */
function blocks(def) {
  const rows = [
    ['equations', def.equations],
    [
      'modulates',
      def.modulates &&
        Object.entries(def.modulates)
          .map(([name, factor]) => `${name} *= ${factor}`)
          .join('\n'),
    ],
    [
      'bounds',
      def.bounds &&
        Object.entries(def.bounds)
          .map(([name, [low, high]]) => `${low} <= ${name} <= ${high}`)
          .join('\n'),
    ],
    ['step', def.step],
    ['output', def.output],
    ['continuous', def.continuous],
    ['onPre', def.onPre],
    ['onPost', def.onPost],
    ['onReward', def.onReward],
    ['spike', def.spike && spikeText(def.spike)],
    ['reset', def.reset],
    ['refractory', def.refractory],
  ].filter(([, text]) => text !== undefined);
  return rows.map(([key, text]) => `${key}:\n${unindented(text).replace(/^/gm, '  ')}`).join('\n');
}

/** @param units what `conductance` and `current` mean in the neuron that a part belongs to */
function quantityRows(def, prefix = '', units = {}) {
  const own = Object.entries(def.quantities).map(([name, { value, unit, meaning }]) => {
    const shown = unit === '1' ? '' : (units[unit] ?? unit ?? '');
    return `| \`${prefix}${name}\` | ${cell(value)} | ${shown} | ${meaning ?? ''} |`;
  });
  const parts = ['channels', 'receptors', 'transmitters'].flatMap((key) =>
    Object.entries(def[key] ?? {}).flatMap(([name, part]) => quantityRows(part, `${prefix}${name}.`, def.units)),
  );
  const shared = Object.entries(def.shared ?? {}).map(
    ([name, { value, unit, meaning }]) => `| \`${name}\` | ${cell(value)} | ${unit === '1' ? '' : unit} | ${meaning}, shared by a projection |`,
  );
  return [...own, ...shared, ...(def.kinetics ? quantityRows(def.kinetics, prefix, units) : []), ...parts];
}

function portRows(def) {
  return Object.entries(def.inputs ?? {}).map(([name, { unit, meaning }]) => `| \`${name}\` | port | ${unit ?? ''} | ${meaning ?? ''} |`);
}

/**
 * How a neuron answers a current that is switched on, as the page shows it, and the files of its pictures, by their paths.
 * A neuron that no current makes fire fails the build.
 */
async function response(name, def) {
  const { recordings, given } = await respond({ name, def });
  return pictureOf(recordings, name, { text: `Voltage of ${name}, ${given}`, title: given });
}

/** What shows recorded traces on the page, and the files that it names, by their paths. */
function pictureOf(recordings, file, { text, ...options }) {
  const picture = (theme) => plotTraces(recordings, { theme, ...options });
  return {
    markdown: `![${text}](./responses/${file}.svg){.light-only}\n![${text}](./responses/${file}-dark.svg){.dark-only}`,
    files: [
      [`responses/${file}.svg`, picture('light')],
      [`responses/${file}-dark.svg`, picture('dark')],
    ],
  };
}

/** The published types of a model that has some, by their names. */
const typesOf = (name) => Object.entries(EXPORTS.get(`${name}Types`) ?? {});

/** How each of the published types of a neuron answers the same current. */
async function typesResponse(name, make, types) {
  const network = new Network({ dt: 0.05, duration: 220 });
  const unit = make.def.quantities.i_in.unit;
  for (const [type, values] of types) {
    const cell = network.population(type, make(values), 1);
    network.stimulate(cell, library.stepCurrent({ target: 'i_in', amplitude: TYPES_CURRENT, start: 20 }));
    network.record(cell, 'v');
  }
  const simulation = await simulate(network);
  await simulation.run();
  const given = `i_in = ${TYPES_CURRENT} ${unit} from 20 ms on`;
  return pictureOf(simulation.recordings, `${name}Types`, { text: `Voltages of the types of ${name}, ${given}`, title: given });
}

/** The published types of a model that has some. */
function typeTable(name) {
  const types = typesOf(name);
  if (types.length === 0) return undefined;
  const rows = types.map(([type, values]) => [type, ...Object.values(values)].map((text) => `\`${text}\``));
  const head = ['type', ...Object.keys(types[0][1])];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    `Types, in \`${name}Types\`; in texts \`from: ${name}.${types.at(-1)[0]}\`:`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
  ].join('\n');
}

function section(name, def, { picture, typesPicture } = {}) {
  const facts = [
    def.integrator && `Integrator: \`${def.integrator}\`.`,
    def.kinetics && `Kinetics: \`${def.kinetics.name}\`, replaced by giving others as the first argument.`,
    def.transmitter && `Feels: \`${def.transmitter}\`.`,
    def.channels &&
      `Channels: ${Object.entries(def.channels)
        .map(([key, part]) => `\`${key}\` (${part.name})`)
        .join(', ')}.`,
  ].filter(Boolean);
  return [
    `### ${name}`,
    def.description,
    `\`\`\`spikeloom\n${blocks(def)}\n\`\`\``,
    facts.join(' '),
    ...(picture === undefined ? [] : [picture]),
    `| name | value | unit | meaning |\n| --- | --- | --- | --- |\n${[...quantityRows(def), ...portRows(def)].join('\n')}`,
    typeTable(name),
    typesPicture,
    `<small>${def.citation}</small>`,
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

/**
 * The page that lists the library: of each model its equations, quantities and citation, as the models themselves hold them, and of
 * each neuron a picture; with the files of the pictures, by their paths beside the page.
 */
export async function libraryPage() {
  const models = [...EXPORTS].flatMap(([name, make]) => (typeof make === 'function' && 'def' in make ? [[name, make.def]] : []));
  const files = [];
  const pictures = new Map();
  for (const [name, def] of models) {
    if (def.kind !== 'neuron') continue;
    const answer = await response(name, def);
    const types = typesOf(name);
    const ofTypes = types.length > 0 ? await typesResponse(name, EXPORTS.get(name), types) : undefined;
    pictures.set(name, { picture: answer.markdown, typesPicture: ofTypes?.markdown });
    files.push(...answer.files, ...(ofTypes?.files ?? []));
  }
  const groups = KINDS.map(([kind, title]) => {
    const own = models.filter(([, def]) => def.kind === kind);
    return `## ${title}\n\n${own.map(([name, def]) => section(name, def, pictures.get(name))).join('\n\n')}`;
  });
  const head =
    '# Model library\n\nEvery model of `spikeloom/models`, written in the language that you write your own in. A dotted name is a quantity of a part. [Neurons](/guide/neurons) says which to take.';
  return { page: `${[head, ...groups].join('\n\n')}\n`, files };
}
