import { colorMap } from '../../plot/colorMap.ts';
import { THEMES, type Theme } from '../../plot/theme.ts';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** What suits the page as its reader has it. */
export function colorsNow(): Theme {
  return THEMES[dark.matches ? 'dark' : 'light'];
}

export function onColorsChange(call: () => void): void {
  dark.addEventListener('change', call);
}

export function seriesColor(colors: Theme, index: number): string {
  return colors.series[index % colors.series.length];
}

/** The 256 colours of maps as pixels of an ImageData. */
export function pixelTable(): Uint32Array {
  const table = colorMap('lagoon');
  return Uint32Array.from({ length: 256 }, (_, i) => pixelOf([...table.subarray(i * 3, i * 3 + 3)]));
}

/** A colour `#rrggbb` as a pixel. */
export function pixelOfHex(hex: string): number {
  return pixelOf([1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
}

/** Bytes lie in memory as red, green, blue, alpha on every machine that has a browser. */
function pixelOf([red, green, blue]: readonly number[]): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
