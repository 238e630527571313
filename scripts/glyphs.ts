// Draws the characters of src/plot/glyphs.ts from the font of the package: node --import ./scripts/registerTypeScript.mjs scripts/glyphs.ts
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

const SIZE = 13;
const HEIGHT = 17;
const BASELINE = 13;
const ROOM = 2;
const CHARACTERS = [
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
  ...'\u00b5\u03a9\u00b0\u00b1\u00b2\u00b3\u00b7\u00d7\u207b\u00b9\u2070\u2074\u2075\u2076\u2077\u2078\u2079\u2013\u2192\u2026\u2212',
];

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const font = { fontFiles: [at('assets/fonts/Inter-Regular.otf')], loadSystemFonts: false, defaultFontFamily: 'Inter' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);

function draw(text: string, width: number): { readonly pixels: Uint8Array; readonly advance: number } {
  const content = `<text x="${ROOM}" y="${BASELINE}" font-family="Inter" font-size="${SIZE}" xml:space="preserve">${escaped(text)}</text>`;
  const image = new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}">${content}</svg>`, { font });
  return { pixels: image.render().pixels, advance: image.getBBox()?.width ?? 0 };
}

/** Shades from 0 to 15 as hexadecimal digits, row after row. */
function glyph(character: string): { readonly advance: number; readonly rows: string[] } {
  // How far apart two bars get by the character between them.
  const apart = (text: string): number => draw(text, 60).advance;
  const advance = Math.round(apart(`|${character}|`) - apart('||'));
  const width = 20;
  const { pixels } = draw(character, width);
  const rows = Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: width }, (_, x) => Math.round((pixels[(y * width + x) * 4 + 3] * 15) / 255).toString(16)).join(''),
  );
  return { advance, rows };
}

/** Each character with its advance, first row, and rows. */
export function glyphs(): Map<string, string> {
  return new Map(
    CHARACTERS.map((character) => {
      const { advance, rows } = glyph(character);
      const inked = rows.map((row) => row.replace(/0+$/, ''));
      const first = inked.findIndex((row) => row !== '');
      const last = inked.findLastIndex((row) => row !== '');
      return [character, `${advance} ${Math.max(0, first)} ${first < 0 ? '' : inked.slice(first, last + 1).join('/')}`];
    }),
  );
}

function source(): string {
  const entries = [...glyphs()].map((entry) => `  ${JSON.stringify(entry)},`);
  return `/**
 * Characters of Inter at ${SIZE} pixels, made by scripts/glyphs.ts: the advance, the first row, and rows of shades from 0 to f; rows begin
 * ${ROOM} pixels left of the character.
 */
export const GLYPHS: ReadonlyMap<string, string> = new Map([
${entries.join('\n')}
]);

/** Pixels from the top of a line of text to the next. */
export const LINE_HEIGHT = ${HEIGHT};
/** Pixels that rows begin left of their character. */
export const BEARING = ${ROOM};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = at('src/plot/glyphs.ts');
  writeFileSync(file, source());
  spawnSync('npx', ['biome', 'check', '--write', file], { stdio: 'inherit' });
}
