import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../../src/compile/compile.ts';
import { type ModelDef, Network, SpikeloomError } from '../../../src/index.ts';
import type { Neuron } from '../../../src/model/define.ts';
import { importNb, parseModel, parseNetwork, printModel, printModels } from '../../../src/text/index.ts';
import { uniform } from '../../support/uniform.ts';

const WORKED = readFileSync(new URL('worked.nb', import.meta.url), 'utf8');
const BLOCKS = WORKED.split(/(?<=\[end\]\n)\n(?=\/|\[)/);

const PIECES = [
  ...['[if] ', ' [then]\n', '[elseif] ', '[else]\n', '[end]\n', '[neuron]\n', '[receptors]\n', '[', ']', '(', ')', ',', ':', '.', '=', '+=', '-= '],
  ...[
    '*',
    '/',
    '^',
    ' r^ ',
    '-',
    '!',
    '&&',
    '||',
    '<',
    '>=',
    '==',
    '//',
    '/*',
    '*/',
    '\n',
    '\t',
    '\r\n',
    '\uFEFF',
    '\0',
    '\ud800',
    '😀',
    '1e999',
    '1e-400',
  ],
  ...[
    'type: ',
    'vars: ',
    'vars: a = 1,\n',
    'on_spike: ',
    'on_iteration:\n',
    'kinetics: ',
    'receptors: ',
    'ion_channels: m = MCurrent\n',
    'gating_vars: a, b\n',
  ],
  ...['dv/dt = ', 'dw/dt = 1\n', 'v', 'i', 't', 'r', 'dt', 'v_th', 'is_spiking', 'c_m', 'current', 'true', 'false', 'continuous()', 'heaviside('],
  ...[
    'm.update_current(v, dt)\n',
    'm.current',
    'm.z',
    'z.update(dt)\n',
    'receptors.set_receptor_currents(v, dt)\n',
    '__proto__',
    'constructor',
    'toString',
    'f(x) = x\n',
  ],
];

/** What people and machines do to a file: cut, repeat, misplace, misspell. */
function mutated(text: string, random: () => number, most = 5): string {
  const below = (n: number) => Math.floor(random() * n);
  let result = text;
  for (let n = below(most); n >= 0; n--) {
    const at = below(result.length);
    const end = Math.min(result.length, at + below(random() < 0.5 ? 4 : 80));
    const lines = result.split('\n');
    const line = below(lines.length);
    const words = result.split(/\b/);
    const ways: readonly (() => string)[] = [
      () => result.slice(0, at) + result.slice(end),
      () => result.slice(0, at) + PIECES[below(PIECES.length)] + result.slice(at),
      () => result.slice(0, at) + PIECES[below(PIECES.length)] + result.slice(end),
      () => result.slice(0, end) + result.slice(at),
      () => lines.toSpliced(line, 1).join('\n'),
      () => lines.toSpliced(line, 0, lines[below(lines.length)]).join('\n'),
      () => words.toSpliced(below(words.length), 1, words[below(words.length)]).join(''),
      () => words.toSpliced(below(words.length), 1, PIECES[below(PIECES.length)]).join(''),
    ];
    result = ways[below(ways.length)]();
  }
  return result.slice(0, 10_000);
}

function scrambled(random: () => number): string {
  const words = WORKED.split(/\b/);
  const length = Math.floor(random() * 400);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)];
  return Array.from({ length }, () => pick(random() < 0.5 ? PIECES : words))
    .join('')
    .slice(0, 10_000);
}

/** Printed and read again, alone and together; a neuron also compiles, or says why not. */
function use(defs: readonly ModelDef[]): void {
  parseNetwork(printModels(defs));
  for (const def of defs) {
    expect(parseModel(printModel(def))).toEqual(def);
    if (def.kind !== 'neuron') continue;
    const network = new Network();
    network.population('cells', { kind: 'neuron', def } as Neuron, 1);
    compileNetwork(network.def, 'f64');
  }
}

const tally = { models: 0, errors: 0 };

/** Undefined where the text ends in models or in an error with a place in it. */
function complaint(text: string, then: (defs: readonly ModelDef[]) => void = () => {}): string | undefined {
  let defs: readonly ModelDef[] = [];
  try {
    defs = importNb(text);
    tally.models++;
  } catch (error) {
    tally.errors++;
    if (!(error instanceof SpikeloomError)) return `${String(error)}\n${error instanceof Error ? error.stack : ''}`;
    const { length } = text.split('\n');
    for (const { place, message } of error.problems) {
      if (!place || place.line < 1 || place.line > length || place.column < 1) return `no place in the text: ${message}`;
    }
  }
  then(defs);
  return undefined;
}

// What takes for ever runs into the time limit of a test.
describe('any text ends in models or in an error with a place in it, soon', () => {
  it.each(BLOCKS.map((text, i) => ({ text, i })))('mutations of block $i', ({ text, i }) => {
    const random = uniform(i + 1);
    for (let n = 0; n < 60; n++) {
      const changed = mutated(text, random);
      expect(complaint(changed, use), changed).toBeUndefined();
    }
  });

  it('mutations of all blocks together', () => {
    const random = uniform(50);
    const before = { ...tally };
    for (let n = 0; n < 100; n++) {
      const changed = mutated(WORKED, random, 1);
      expect(complaint(changed, use), changed).toBeUndefined();
    }
    // Mutations that leave something to import, and such that don't.
    expect(tally.models - before.models).toBeGreaterThan(5);
    expect(tally.errors - before.errors).toBeGreaterThan(5);
  });

  it('signs in any order', () => {
    const random = uniform(99);
    for (let n = 0; n < 200; n++) {
      const text = scrambled(random);
      expect(complaint(text), text).toBeUndefined();
    }
  });

  const deep = (piece: string) => piece.repeat(10_000 / piece.length);
  const cell = (statements: string) => `[neuron]\ntype: A\nvars: a = 1\nspike_detection: a > 1\non_iteration:\n${statements}\n[end]`;
  const train = (statements: string) => `[spike_train]\ntype: A\nvars: a = 1, b = 1\non_iteration:\n${statements}\nis_spiking = a > b\n[end]`;
  it.each([
    '[if] ',
    '[neuron]\n',
    '(',
    '-',
    '!',
    'f(',
    'a = a + a\n',
    '/*',
    '[if] a > 1 [then]\n',
    'a ^ ',
    'a.',
    '\n',
    'g(x) = g(g(x))\n',
    'da/dt = a\n',
  ])('ten thousand characters of %j', (piece) => {
    for (const text of [deep(piece), cell(deep(piece)), cell(`a = ${deep(piece)}`), train(deep(piece))]) expect(complaint(text)).toBeUndefined();
  });

  it('lines that build upon each other', () => {
    for (const line of ['a = a * b + a\n', 'a = a * a\nb = b + a\n', '[if] a > b [then]\na = b\n[else]\nb = a + a\n[end]\n']) {
      for (const text of [train(deep(line)), cell(deep(line.replaceAll('b', 'a')))]) expect(complaint(text)).toBeUndefined();
    }
  });
});
