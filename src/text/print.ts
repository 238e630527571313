import { SpikeloomError } from '../core/error.ts';

/*
 * Data as YAML that reads as if it were written by hand, and as JSON that lies as flat as it can.
 */

/** What stands on one line is no longer than this, where it can be cut. */
const WIDTH = 120;

type Item = readonly [head: string, value: unknown];

/** @param data records, arrays, texts, finite numbers, truth values and null; what is undefined is left out */
export function printYaml(data: object): string {
  return `${itemsOf(data).length === 0 ? '{}' : yamlBlock(data, 0)}\n`;
}

export function printJson(data: object): string {
  return `${json(data, 0)}\n`;
}

/** One item on a line of its own each, a top-level section after a blank line. */
function yamlBlock(value: object, depth: number): string {
  const indent = '  '.repeat(depth);
  const items = itemsOf(value);
  return items
    .map(([head, item], i) => {
      const text = yamlItem(head, item, depth);
      const apart = depth === 0 && i > 0 && (text.includes('\n') || yamlItem(...items[i - 1], depth).includes('\n'));
      return `${apart ? '\n' : ''}${indent}${text}`;
    })
    .join('\n');
}

function yamlItem(head: string, value: unknown, depth: number): string {
  if (typeof value === 'string') return `${head} ${blockText(value, depth) ?? scalar(value, false)}`;
  if (typeof value !== 'object' || value === null) return `${head} ${scalar(value, false)}`;
  const room = WIDTH - 2 * depth - head.length - 1;
  const line = flow(value);
  const isSection = depth === 0 && head !== '-';
  if (!isSection && line.length <= room && !hasLines(value)) return `${head} ${line}`;
  if (itemsOf(value).length === 0) return `${head} ${line}`;
  if (isNumbers(value)) return `${head} ${wrapped(value, depth + 1)}`;
  const block = yamlBlock(value, depth + 1);
  return head === '-' ? `- ${block.trimStart()}` : `${head}\n${block}`;
}

function itemsOf(value: object): Item[] {
  if (Array.isArray(value)) return value.map((item): Item => ['-', item]);
  return Object.entries(value).flatMap(([name, item]): Item[] => (item === undefined ? [] : [[`${scalar(name, false)}:`, item]]));
}

/** Text of several lines as a block; undefined where it can't stand in one as it is. */
function blockText(text: string, depth: number): string | undefined {
  const lines = text.split('\n');
  const plain = lines.length > 1 && lines.every((line) => !/[^\x20-\x7e\u00a0-\ud7ff]|\s$/.test(line)) && /^\S/.test(text) && lines.at(-1) !== '';
  if (!plain) return undefined;
  const indent = '  '.repeat(depth + 1);
  return `|-\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}

function hasLines(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\n');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLines);
}

function flow(value: unknown): string {
  if (typeof value !== 'object' || value === null) return scalar(value, true);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  const entries = Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [`${scalar(name, true)}: ${flow(item)}`]));
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function isNumbers(value: object): value is readonly (number | null)[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number' || item === null);
}

/** As many numbers on a line as find room. */
function wrapped(numbers: readonly (number | null)[], depth: number): string {
  const indent = '  '.repeat(depth);
  const lines: string[] = [];
  let line = '';
  for (const [i, x] of numbers.entries()) {
    const text = `${scalar(x, true)}${i + 1 < numbers.length ? ',' : ''}`;
    if (line !== '' && indent.length + line.length + text.length + 3 > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? text : `${line} ${text}`;
  }
  return `[\n${[...lines, line].map((one) => `${indent}  ${one}`).join('\n')}\n${indent}]`;
}

/** Text that no reader takes for anything else, and that needs no quotes outside of [ ] and { } either. */
const PLAIN = /^[A-Za-z_][\w .()*+^/<>=;!$-]*$/;
const PLAIN_OUTSIDE = /^[A-Za-z_](?:[\w .()*+^/<>=;!$,'"[\]{}|&%?-]|:(?=\S))*$/;
const NOT_TEXT = /^(?:null|true|false|yes|no|on|off|y|n|__proto__)$/i;

function scalar(value: unknown, inFlow: boolean): string {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value !== 'string') return String(value);
  const plain = (inFlow ? PLAIN : PLAIN_OUTSIDE).test(value) && !NOT_TEXT.test(value) && !value.endsWith(' ');
  if (plain) return value;
  // A quoted text of one line, all of whose signs can be seen.
  return /^[\x20-\x7e\u00a0-\ud7ff]*$/.test(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

function printNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new SpikeloomError({ code: 'invalid-value', message: `a value is ${value}`, hint: 'Only finite numbers can be written.' });
  }
  return Object.is(value, -0) ? '-0' : String(value);
}

function json(value: unknown, depth: number): string {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Array.isArray(value)
    ? value.map((item) => json(item, depth + 1))
    : Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [`${JSON.stringify(name)}: ${json(item, depth + 1)}`]));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const line = `${open}${entries.join(', ')}${close}`;
  if (depth > 0 && line.length <= WIDTH - 2 * depth && !line.includes('\n')) return line;
  if (isNumbers(value)) return wrapped(value, depth);
  const indent = '  '.repeat(depth + 1);
  return `${open}\n${entries.map((entry) => indent + entry).join(',\n')}\n${'  '.repeat(depth)}${close}`;
}
