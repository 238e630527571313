import * as library from '../src/models/index.ts';

const KINDS = [
  ['neuron', 'Neurons'],
  ['channel', 'Ion channels'],
  ['transmitter', 'Transmitters'],
  ['receptor', 'Receptors'],
  ['synapse', 'Synapses'],
  ['spikeTrain', 'Spike trains'],
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
    ['step', def.step],
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
  return [...own, ...(def.kinetics ? quantityRows(def.kinetics, prefix, units) : []), ...parts];
}

function portRows(def) {
  return Object.entries(def.inputs ?? {}).map(([name, { unit, meaning }]) => `| \`${name}\` | port | ${unit ?? ''} | ${meaning ?? ''} |`);
}

function section(name, def) {
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
    `| name | value | unit | meaning |\n| --- | --- | --- | --- |\n${[...quantityRows(def), ...portRows(def)].join('\n')}`,
    `<small>${def.citation}</small>`,
  ].join('\n\n');
}

/** The page that lists the library: of each model its equations, quantities and citation, as the models themselves hold them. */
export function libraryPage() {
  const models = Object.entries(library).flatMap(([name, make]) => (typeof make === 'function' && 'def' in make ? [[name, make.def]] : []));
  const groups = KINDS.map(([kind, title]) => {
    const own = models.filter(([, def]) => def.kind === kind);
    return `## ${title}\n\n${own.map(([name, def]) => section(name, def)).join('\n\n')}`;
  });
  const head =
    '# Model library\n\nEvery model of `spikeloom/models`, written in the language that you write your own in. A dotted name is a quantity of a part.';
  return `${[head, ...groups].join('\n\n')}\n`;
}
