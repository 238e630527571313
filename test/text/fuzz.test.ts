import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SpikeloomError } from '../../src/index.ts';
import { parseModel, parseNetwork } from '../../src/text/index.ts';
import { uniform } from '../support/uniform.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textsIn = (folder: string) =>
  readdirSync(`${root}${folder}`).flatMap((file) => (file.endsWith('.yaml') ? [readFileSync(`${root}${folder}/${file}`, 'utf8')] : []));

const SEEDS: readonly { readonly text: string; readonly parse: (text: string) => unknown }[] = [
  ...textsIn('examples').map((text) => ({ text, parse: (t: string) => parseNetwork(t, { file: 'fuzz.yaml' }) })),
  ...textsIn('models').map((text) => ({ text, parse: (t: string) => parseModel(t, { file: 'fuzz.yaml' }) })),
];

const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ': ',
    ':',
    '- ',
    '? ',
    '#',
    ' #',
    '|',
    '>',
    '|-',
    '"',
    "'",
    '&a ',
    '*a',
    '<<: *a',
    '!!str ',
    '!x ',
    '%',
    '@',
    '`',
    '~',
    '\t',
  ],
  ...[
    '\n',
    '\r\n',
    '\n\n',
    '  ',
    '---\n',
    '...\n',
    '\uFEFF',
    '\0',
    '\ud800',
    '😀',
    '__proto__',
    'constructor',
    'toString: ',
    'null',
    'true',
    'no',
    '.nan',
    '-.inf',
  ],
  ...[
    '1e999',
    '-0',
    '0x1F',
    '9007199254740993',
    '10 ms',
    '10 msx',
    '()',
    '((',
    'from: ',
    'kind: ',
    'values: {',
    'izhikevich',
    'dv/dt = ',
    'if (',
    '[mV]',
    '^',
    '**',
  ],
];

/** What people and machines do to a file: cut, repeat, misplace, misspell. */
function mutated(text: string, random: () => number): string {
  const below = (n: number) => Math.floor(random() * n);
  let result = text;
  for (let n = below(6); n >= 0; n--) {
    const at = below(result.length);
    const end = Math.min(result.length, at + below(random() < 0.5 ? 4 : 80));
    const lines = result.split('\n');
    const line = below(lines.length);
    const ways: readonly (() => string)[] = [
      () => result.slice(0, at) + result.slice(end),
      () => result.slice(0, at) + PIECES[below(PIECES.length)] + result.slice(at),
      () => result.slice(0, at) + PIECES[below(PIECES.length)] + result.slice(end),
      () => result.slice(0, at) + String.fromCharCode(32 + below(95)) + result.slice(at + 1),
      () => result.slice(0, end) + result.slice(at),
      () => lines.toSpliced(line, 1).join('\n'),
      () => lines.toSpliced(line, 0, lines[below(lines.length)]).join('\n'),
      () => lines.toSpliced(line, 1, `  ${lines[line]}`).join('\n'),
      () => lines.toSpliced(line, 1, lines[line].trimStart()).join('\n'),
      () => result.slice(0, at),
    ];
    result = ways[below(ways.length)]();
  }
  return result.slice(0, 10_000);
}

/** Signs of the language in any order, at first without, then with the words of it. */
function scrambled(random: () => number): string {
  const words = SEEDS[Math.floor(random() * SEEDS.length)].text.split(/\b/);
  const length = Math.floor(random() * 400);
  return Array.from({ length }, () => {
    const from = random() < 0.5 ? PIECES : words;
    return from[Math.floor(random() * from.length)];
  })
    .join('')
    .slice(0, 10_000);
}

/** Undefined where the text ends in a definition or in an error that says what to do. */
function complaint(parse: (text: string) => unknown, text: string): string | undefined {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof SpikeloomError)) return `${String(error)}\n${error instanceof Error ? error.stack : ''}`;
    const { length } = text.split('\n');
    for (const { place, message } of error.problems) {
      if (!place || place.line < 1 || place.line > length || place.column < 1) return `no place in the text: ${message}`;
    }
  }
  return undefined;
}

// What takes for ever runs into the time limit of a test.
describe('any text ends in a definition or an error with a place in it, soon', () => {
  it.each(SEEDS.map((seed, i) => ({ ...seed, i })))('mutations of text $i', ({ text, parse, i }) => {
    const random = uniform(i + 1);
    for (let n = 0; n < 25; n++) {
      const changed = mutated(text, random);
      expect(complaint(parse, changed), changed).toBeUndefined();
    }
  });

  it('signs in any order', () => {
    const random = uniform(99);
    for (let n = 0; n < 300; n++) {
      const text = scrambled(random);
      for (const parse of [parseNetwork, parseModel]) expect(complaint(parse, text), text).toBeUndefined();
    }
  });

  const deep = (piece: string) => piece.repeat(10_000 / piece.length);
  it.each(['[', '{a: ', '- ', '? ', '&a ', '!!x [', '"', 'a: ', '*a ', '[*a, ', 'a:\n ', '(', '\t'])('ten thousand characters of %j', (piece) => {
    for (const parse of [parseNetwork, parseModel]) expect(complaint(parse, deep(piece))).toBeUndefined();
  });
});
