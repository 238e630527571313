import { describe, expect, it } from 'vitest';
import { type ColorMapName, colorMap, exactColor, isDiverging } from './colorMap.ts';
import { plotLines } from './lines.ts';
import { THEMES, type ThemeName } from './theme.ts';

type Color = readonly [number, number, number];

const NAMES: readonly ColorMapName[] = ['lagoon', 'ember', 'balance', 'balance-dark'];

/** sRGB of 0 to 255 to linear light. */
const linear = (color: Color): Color => {
  const decode = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return [decode(color[0] / 255), decode(color[1] / 255), decode(color[2] / 255)];
};

const times = (matrix: readonly Color[], [x, y, z]: Color): Color => {
  const row = ([a, b, c]: Color): number => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
};

/** Ottosson 2020, the other way round than in the source. */
function oklab(light: Color): Color {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    light,
  );
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [Math.cbrt(lms[0]), Math.cbrt(lms[1]), Math.cbrt(lms[2])],
  );
}

const distance = (a: Color, b: Color): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Colour vision as it is, without long, and without middle wavelengths, in linear light (Machado et al. 2009). */
const VISIONS: Readonly<Record<string, readonly Color[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const hex = (text: string): Color => [1, 3, 5].map((i) => Number.parseInt(text.slice(i, i + 2), 16)) as unknown as Color;

const clamped = (light: Color): Color => light.map((c) => Math.min(1, Math.max(0, c))) as unknown as Color;

/** WCAG 2. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red, green, blue] = linear(hex(color));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

describe.each(NAMES)('colour map %s', (name) => {
  const table = colorMap(name);
  const colors = Array.from({ length: 256 }, (_, i) => Array.from(table.subarray(i * 3, i * 3 + 3)) as unknown as Color);
  const labs = colors.map((c) => oklab(linear(c)));

  it('has 256 colours, none beyond what a screen shows, none that rounding could make another', () => {
    expect(table).toHaveLength(768);
    for (let i = 0; i < 256; i++) {
      for (const value of exactColor(name, i)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(255);
        expect(Math.abs((value % 1) - 0.5)).toBeGreaterThan(1e-7);
      }
    }
  });

  it('goes through lightness in a straight line, or in two that meet in the middle', () => {
    const lightness = labs.map(([l]) => l);
    const pieces = isDiverging(name) ? [lightness.slice(0, 128), lightness.slice(128).reverse()] : [lightness];
    for (const piece of pieces) {
      const [first, last] = [piece[0], piece[piece.length - 1]];
      piece.forEach((l, i) => expect(l).toBeCloseTo(first + ((last - first) * i) / (piece.length - 1), 1.9));
      expect(Math.abs(last - first)).toBeGreaterThan(0.55);
    }
  });

  it('changes everywhere about as fast', () => {
    // Eight steps on each side of the middle.
    const steps = [0, 128].flatMap((start) => Array.from({ length: 8 }, (_, i) => distance(labs[start + i * 15], labs[start + i * 15 + 15])));
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.8);
  });

  it('can be read with any kind of colour vision', () => {
    for (const vision of Object.values(VISIONS)) {
      const seen = colors.map((c) => oklab(clamped(times(vision, linear(c)))));
      for (let i = 0; i < 256; i += 17) {
        for (let j = 0; j < i; j += 17) expect(distance(seen[i], seen[j])).toBeGreaterThan(0.015);
      }
    }
  });
});

it('a colour map that does not exist is refused by name', () => {
  expect(() => colorMap('lagon' as ColorMapName)).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [unknown-name]: no colour map 'lagon'
      Did you mean 'lagoon'? Known here: lagoon, ember, balance, balance-dark.]
  `);
});

it('a colour map is given as a copy', () => {
  colorMap('ember').fill(0);
  expect(colorMap('ember')[765]).toBeGreaterThan(200);
});

describe.each(Object.entries(THEMES))('theme %s', (_, theme) => {
  it('has series that stand out from the background, and text that can be read', () => {
    for (const color of theme.series) expect(contrast(color, theme.background)).toBeGreaterThan(3);
    expect(contrast(theme.ink, theme.background)).toBeGreaterThan(7);
    expect(contrast(theme.muted, theme.background)).toBeGreaterThan(4.5);
    expect(contrast(theme.grid, theme.background)).toBeLessThan(1.5);
  });

  it.each(Object.entries(VISIONS))('has series that keep apart for %s vision', (_, vision) => {
    const seen = theme.series.map((c) => oklab(clamped(times(vision, linear(hex(c))))));
    seen.forEach((a, i) => {
      for (const b of seen.slice(0, i)) expect(distance(a, b)).toBeGreaterThan(0.11);
    });
  });
});

it('a theme may be one of one’s own; one that does not exist is refused by name, as is a width without room', () => {
  const picture = (options: Parameters<typeof plotLines>[1]) => plotLines([], options);
  expect(picture({ theme: { ...THEMES.dark, background: '#123456' } })).toContain('fill="#123456"');
  expect(picture({ theme: 'dark' })).toContain(`fill="${THEMES.dark.background}"`);
  expect(() => picture({ theme: 'drak' as ThemeName })).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [unknown-name]: no theme 'drak'
      Did you mean 'dark'? Known here: light, dark.]
  `);
  expect(() => picture({ width: 100 })).toThrowErrorMatchingInlineSnapshot(`
    [SpikeloomError [invalid-value]: a picture can't be 100 pixels wide
      Give at least 240.]
  `);
});
