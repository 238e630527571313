/** Colours of what is drawn. */
export interface Colors {
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  /** Of populations, in their order. */
  readonly series: readonly string[];
}

const LIGHT: Colors = {
  ink: '#1f2328',
  muted: '#59636e',
  grid: '#e8ebef',
  series: ['#0072b2', '#d55e00', '#12a594', '#43107e', '#a3245f', '#5c3a00'],
};

const DARK: Colors = {
  ink: '#e6edf3',
  muted: '#9198a1',
  grid: '#232932',
  series: ['#56b4e9', '#f0902a', '#7af0d0', '#f1e344', '#c05a78', '#7a6cf5'],
};

const dark = matchMedia('(prefers-color-scheme: dark)');

/** What suits the page as its reader has it. */
export function colorsNow(): Colors {
  return dark.matches ? DARK : LIGHT;
}

export function onColorsChange(call: () => void): void {
  dark.addEventListener('change', call);
}

export function seriesColor(colors: Colors, index: number): string {
  return colors.series[index % colors.series.length];
}

/** Points of viridis (van der Walt and Smith, CC0), from the lowest value to the highest. */
const VIRIDIS = ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'];

/** 256 colours as pixels of an ImageData. */
export function pixelTable(): Uint32Array {
  const points = VIRIDIS.map(rgbOf);
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const along = (i / 255) * (points.length - 1);
    const at = Math.min(Math.floor(along), points.length - 2);
    const mixed = points[at].map((c, k) => Math.round(c + (along - at) * (points[at + 1][k] - c)));
    return pixelOf(mixed);
  });
}

/** A colour `#rrggbb` as a pixel. */
export function pixelOfHex(hex: string): number {
  return pixelOf(rgbOf(hex));
}

function rgbOf(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

/** Bytes lie in memory as red, green, blue, alpha on every machine that has a browser. */
function pixelOf([red, green, blue]: readonly number[]): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
