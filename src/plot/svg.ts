/** Colours that people with any kind of colour vision can tell apart: Okabe and Ito 2008. */
const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const;

export function colorOf(series: number): string {
  return PALETTE[series % PALETTE.length];
}

const INK = '#222222';
export const FAINT = '#e6e6e6';

/** Of every picture, in pixels. */
export const WIDTH = 820;

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
}

type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? Number(value.toFixed(2)) : escapeText(value)}"`)
    .join('');
  return content === '' ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, fill: INK, ...attributes }, escapeText(content));
}

export function title(x: number, y: number, content: string): string {
  return text(x, y, content, { 'font-size': 14, 'font-weight': 'bold' });
}

/** About how wide a text of 12 pixels will be: what draws the picture is not asked. */
export function textWidth(content: string): number {
  return content.length * 6.6;
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, stroke: INK, ...attributes });
}

/** A whole picture on a white ground. */
export function document(width: number, height: number, title: string, content: readonly string[]): string {
  const ground = element('rect', { width, height, fill: '#ffffff' });
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family': "Helvetica, Arial, 'DejaVu Sans', sans-serif",
    'font-size': 12,
  };
  return `${element('svg', attributes, ['', element('title', {}, escapeText(title)), ground, ...content, ''].join('\n'))}\n`;
}
