import { SpikeloomError, suggest } from '../core/error.ts';

/**
 * `lagoon` (violet, teal, yellow) and `ember` (black, red, pale yellow) for values from low to high;
 * `balance` and `balance-dark` (blue to red over white, and over black) for values on both sides of a middle.
 */
export type ColorMapName = 'lagoon' | 'ember' | 'balance' | 'balance-dark';

/** A path through OKLab: lightness in straight lines between its points, a and b through theirs smoothly; points lie at equal distances. */
interface Path {
  readonly lightness: readonly number[];
  readonly ab: readonly (readonly [a: number, b: number])[];
}

const COLORS = 256;

/** Hues of the first two are near those of matplotlib's viridis and inferno (Smith and van der Walt, CC0). */
const PATHS: Readonly<Record<ColorMapName, Path>> = {
  lagoon: {
    lightness: [0.27, 0.92],
    ab: [
      [0.095, -0.085],
      [0.058, -0.11],
      [0.007, -0.105],
      [-0.036, -0.073],
      [-0.07, -0.037],
      [-0.1, 0.004],
      [-0.124, 0.052],
      [-0.132, 0.11],
      [-0.1, 0.155],
      [-0.04, 0.172],
    ],
  },
  ember: {
    lightness: [0.12, 0.97],
    ab: [
      [0.01, -0.045],
      [0.05, -0.1],
      [0.098, -0.102],
      [0.135, -0.062],
      [0.155, 0.0],
      [0.153, 0.065],
      [0.12, 0.118],
      [0.06, 0.145],
      [-0.008, 0.145],
      [-0.03, 0.09],
    ],
  },
  balance: { lightness: [0.36, 0.97, 0.36], ab: bothArms([0.1, 0.132, 0.115, 0.06, 0]) },
  'balance-dark': { lightness: [0.86, 0.2, 0.86], ab: bothArms([0.068, 0.1, 0.125, 0.085, 0]) },
};

/** Blue to red through grey, by the chroma from either end to the middle. */
function bothArms(chroma: readonly number[]): (readonly [number, number])[] {
  const blue = chroma.map((c): [number, number] => [c * -0.24, c * -0.97]);
  const red = chroma.slice(0, -1).map((c): [number, number] => [c * 0.9, c * 0.43]);
  return [...blue, ...red.reverse()];
}

const tables = new Map<ColorMapName, Uint8Array>();

/** A colour map as 256 colours of red, green and blue, from the lowest value to the highest. @throws SpikeloomError for a name that does not exist */
export function colorMap(name: ColorMapName): Uint8Array {
  return tableOf(name).slice();
}

/** The same, not a copy. */
export function tableOf(name: ColorMapName): Uint8Array {
  const known = tables.get(name);
  if (known) return known;
  if (!Object.hasOwn(PATHS, name)) {
    throw new SpikeloomError({ code: 'unknown-name', message: `no colour map '${name}'`, hint: suggest(name, Object.keys(PATHS)) });
  }
  const table = new Uint8Array(COLORS * 3);
  for (let i = 0; i < COLORS; i++) table.set(exactColor(name, i).map(Math.round), i * 3);
  tables.set(name, table);
  return table;
}

/** Whether a map has a middle. */
export function isDiverging(name: ColorMapName): boolean {
  return PATHS[name].lightness.length > 2;
}

/** One colour before rounding, 0 to 255. */
export function exactColor(name: ColorMapName, index: number): [number, number, number] {
  const { lightness, ab } = PATHS[name];
  const t = index / (COLORS - 1);
  const along = t * (lightness.length - 1);
  const i = Math.min(Math.floor(along), lightness.length - 2);
  const l = lightness[i] + (along - i) * (lightness[i + 1] - lightness[i]);
  const [a, b] = [0, 1].map((axis) =>
    smooth(
      Array.from(ab, (point) => point[axis]),
      t,
    ),
  );
  return rgbOf(l, a, b);
}

/** Through points at equal distances (Catmull and Rom). */
function smooth(points: readonly number[], t: number): number {
  const last = points.length - 1;
  const i = Math.min(Math.floor(t * last), last - 1);
  const x = t * last - i;
  const [p, q] = [points[i], points[i + 1]];
  const before = i > 0 ? points[i - 1] : 2 * p - q;
  const after = i + 2 <= last ? points[i + 2] : 2 * q - p;
  return p + 0.5 * x * (q - before + x * (2 * before - 5 * p + 4 * q - after + x * (3 * (p - q) + after - before)));
}

/** OKLab to sRGB, 0 to 255, not limited to it (Ottosson 2020, https://bottosson.github.io/posts/oklab). */
function rgbOf(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function encode(linear: number): number {
  return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
}

/** `#rrggbb` of one of the 256 colours. */
export function hexOf(table: Uint8Array, index: number): string {
  return `#${Array.from(table.subarray(index * 3, index * 3 + 3), (c) => c.toString(16).padStart(2, '0')).join('')}`;
}
