import type { Theme } from './theme.ts';

/** The first is the one that is shipped for PNG. */
const FONTS = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif";
const FONT_SIZE = 12;

/** Widths of the characters from space to tilde in Inter, in hundredths of the font size. */
const WIDTHS = (
  '28 28 40 63 64 81 64 22 36 36 50 66 28 46 28 36 62 46 61 64 64 61 62 57 62 62 28 28 66 66 66 51 94 68 65 73 72 60 59 74 74 26 54 65 56 89 75 76 63 76 64 ' +
  '64 64 74 68 95 64 66 62 36 36 36 47 45 50 56 62 56 62 58 36 61 59 24 24 54 24 87 59 60 61 61 37 52 36 58 56 81 54 56 54 36 33 36 66'
)
  .split(' ')
  .map(Number);
const OTHER_WIDTH = 66;
const BOLDER = 1.04;

/** About how wide a text will be in pixels: other fonts than Inter are narrower. */
export function textWidth(content: string, size: number = FONT_SIZE): number {
  let hundredths = 0;
  for (const character of content) hundredths += WIDTHS[(character.codePointAt(0) ?? 0) - 32] ?? OTHER_WIDTH;
  return (hundredths * size) / 100;
}

export function titleWidth(content: string): number {
  return textWidth(content, TITLE_SIZE) * BOLDER;
}

const TITLE_SIZE = 14;
const HEADING_SIZE = 16;
const HEADING_LEFT = 16;

/** A picture that is as wide as this has room for its heading. */
export function headingWidth(name: string | undefined): number {
  return name === undefined ? 0 : Math.ceil(textWidth(name, HEADING_SIZE) * BOLDER) + 2 * HEADING_LEFT;
}

/** Room for the heading of a whole picture, where there is one. */
export function headingHeight(name: string | undefined): number {
  return name === undefined ? 0 : 30;
}

/** The first characters of a text that fit, with a mark where some are left out. */
export function fitted(content: string, width: number, size: number = FONT_SIZE): string {
  if (textWidth(content, size) <= width) return content;
  const characters = [...content];
  while (characters.length > 1 && textWidth(`${characters.join('')}\u2026`, size) > width) characters.pop();
  return `${characters.join('').trimEnd()}\u2026`;
}

function escapeText(text: string): string {
  // What XML has no way to write is left out.
  const sound = text.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
  return sound.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
}

type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? Number(value.toFixed(2)) : escapeText(value)}"`)
    .join('');
  return content === '' ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(content));
}

export function title(x: number, y: number, content: string): string {
  return text(x, y, content, { 'font-size': TITLE_SIZE, 'font-weight': 600 });
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, stroke, ...attributes });
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Drawn above everything. */
  readonly heading: string | undefined;
  /** For readers who can't see it. */
  readonly description: string;
  readonly theme: Theme;
}

/** A whole picture on the ground of its theme. */
export function document({ width, height, heading, description, theme }: Picture, content: readonly string[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${Math.ceil(height)}`,
    width,
    height: Math.ceil(height),
    role: 'img',
    'font-family': FONTS,
    'font-size': FONT_SIZE,
    fill: theme.ink,
  };
  const body = [
    '',
    element('title', {}, escapeText(heading ?? description)),
    element('rect', { width, height: Math.ceil(height), fill: theme.background }),
    ...(heading === undefined
      ? []
      : [
          text(HEADING_LEFT, 28, fitted(heading, (width - 2 * HEADING_LEFT) / BOLDER, HEADING_SIZE), {
            'font-size': HEADING_SIZE,
            'font-weight': 600,
          }),
        ]),
    ...content,
    '',
  ];
  return `${element('svg', attributes, body.join('\n'))}\n`;
}

/** Writes the data of a path, in tenths of a pixel, each point by its distance from the last: half as long as by its place. */
export class PathData {
  #data = '';
  #x = 0;
  #y = 0;
  #command = '';

  get isEmpty(): boolean {
    return this.#data === '';
  }

  move(x: number, y: number): void {
    this.#go(this.#data === '' ? 'M' : 'm', x, y);
  }

  line(x: number, y: number): void {
    this.#go('l', x, y);
  }

  /** A horizontal stroke to the right. */
  stroke(x: number, y: number, length: number): void {
    this.move(x, y);
    const tenths = Math.max(1, Math.round(length * 10));
    this.#x += tenths;
    this.#data += `h${written(tenths)}`;
    this.#command = 'h';
  }

  #go(command: 'M' | 'm' | 'l', toX: number, toY: number): void {
    const [x, y] = [Math.round(toX * 10), Math.round(toY * 10)];
    const [dx, dy] = [written(x - this.#x), written(y - this.#y)];
    const first = this.#command === command && command === 'l' ? (dx.startsWith('-') ? '' : ' ') : command;
    this.#data += `${first}${dx}${dy.startsWith('-') ? '' : ' '}${dy}`;
    [this.#x, this.#y, this.#command] = [x, y, command];
  }

  toString(): string {
    return this.#data;
  }
}

function written(tenths: number): string {
  return String(tenths / 10).replace(/^(-?)0\./, '$1.');
}
