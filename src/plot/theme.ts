import { SpikeloomError, suggest } from '../core/error.ts';
import type { ColorMapName } from './colorMap.ts';

/** Colours of a picture, as CSS writes them: `#rrggbb`. */
export interface Theme {
  readonly background: string;
  /** Of names and titles. */
  readonly ink: string;
  /** Of axes and the labels of their ticks. */
  readonly muted: string;
  /** Of grid lines, and of cells without a value. */
  readonly grid: string;
  /** Of curves and populations, in the order in which they are taken. */
  readonly series: readonly string[];
  /** For values from low to high. */
  readonly map: ColorMapName;
  /** For values on both sides of 0. */
  readonly divergingMap: ColorMapName;
}

export type ThemeName = 'light' | 'dark';

/** Series keep apart for people with any kind of colour vision, and stand out from the background. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: '#ffffff',
    ink: '#1f2328',
    muted: '#59636e',
    grid: '#e8ebef',
    series: ['#0072b2', '#d55e00', '#12a594', '#43107e', '#a3245f', '#5c3a00'],
    map: 'lagoon',
    divergingMap: 'balance',
  },
  dark: {
    background: '#0d1117',
    ink: '#e6edf3',
    muted: '#9198a1',
    grid: '#232932',
    series: ['#56b4e9', '#f0902a', '#7af0d0', '#f1e344', '#c05a78', '#7a6cf5'],
    map: 'lagoon',
    divergingMap: 'balance-dark',
  },
};

/** What every picture can be told. */
export interface PlotOptions {
  /** Default light. */
  readonly theme?: ThemeName | Theme;
  /** Heading of the whole picture. */
  readonly title?: string;
  /** Of the whole picture, in pixels; the height follows from what is drawn. Default 760. */
  readonly width?: number;
}

const DEFAULT_WIDTH = 760;
const LEAST_WIDTH = 240;

/** @throws SpikeloomError for a theme that does not exist */
export function themeOf({ theme = 'light' }: PlotOptions): Theme {
  if (typeof theme !== 'string') return theme;
  const found = Object.entries(THEMES).find(([name]) => name === theme);
  if (found) return found[1];
  throw new SpikeloomError({ code: 'unknown-name', message: `no theme '${theme}'`, hint: suggest(theme, Object.keys(THEMES)) });
}

/** @throws SpikeloomError for a width in which nothing can be drawn */
export function widthOf({ width = DEFAULT_WIDTH }: PlotOptions): number {
  if (width >= LEAST_WIDTH && Number.isFinite(width)) return Math.round(width);
  throw new SpikeloomError({
    code: 'invalid-value',
    message: `a picture can't be ${width} pixels wide`,
    hint: `Give at least ${LEAST_WIDTH}.`,
  });
}

/** Series beyond the colours of the theme take them again, dashed. */
export function seriesStyle(theme: Theme, index: number): { readonly color: string; readonly dash?: string } {
  const color = theme.series[index % theme.series.length];
  const dash = ['', '6 3', '2 2'][Math.floor(index / theme.series.length) % 3];
  return dash === '' ? { color } : { color, dash };
}
