import { BELOW_NAME, BELOW_TICKS, type Frame, horizontalAxis, roomForLabels, verticalAxis } from './axes.ts';
import { type Key, legendOf } from './legend.ts';
import { linearScale, type Scale } from './scale.ts';
import { document, element, fitted, headingHeight, PathData, title } from './svg.ts';
import { type PlotOptions, themeOf, widthOf } from './theme.ts';

/** Counts in parts of a range, at one moment. */
export interface Bars {
  readonly label: string;
  /** One for each part. */
  readonly counts: ArrayLike<number>;
}

/** One panel: filled bars, and outlines above them. */
export interface HistogramPlot {
  readonly title: string;
  /** Name and unit of what is counted by, e.g. `w (nS)`. */
  readonly quantity: string;
  /** Name of what is counted. */
  readonly counted: string;
  /** Ends of the parts, ascending: one more than there are counts. */
  readonly edges: ArrayLike<number>;
  readonly filled: Bars;
  readonly outlined?: Bars;
}

export interface HistogramOptions extends PlotOptions {
  /** Of the data in each panel, in pixels. Default 180. */
  readonly height?: number;
}

const HEIGHT = 180;
const ABOVE = 40;
const RIGHT = 24;
const OPACITY = 0.35;

/** Histograms as SVG, panels above each other. */
export function plotHistogram(plots: readonly HistogramPlot[], options: HistogramOptions = {}): string {
  const theme = themeOf(options);
  const width = widthOf(options);
  const height = Math.max(20, options.height ?? HEIGHT);
  const tops = plots.map(({ filled, outlined }) => largestOf([filled, ...(outlined ? [outlined] : [])]) * 1.05);
  const left = Math.max(60, ...tops.map((top) => roomForLabels(scaleUp(top, { top: 0, bottom: height }).ticks)));
  const right = width - RIGHT;
  let bottom = headingHeight(options.title);
  const content = plots.flatMap((plot, i) => {
    const keys: Key[] = plot.outlined
      ? [
          { label: plot.filled.label, color: theme.series[0], opacity: OPACITY },
          { label: plot.outlined.label, color: theme.series[1] },
        ]
      : [];
    const legend = legendOf(keys, plot.title, { left, right });
    const top = bottom + ABOVE + legend.height;
    const frame: Frame = { left, top, right, bottom: top + height };
    bottom = frame.bottom + BELOW_TICKS + BELOW_NAME;
    const { edges } = plot;
    const x = linearScale(edges[0], edges[edges.length - 1], left, right, Math.max(2, Math.round((right - left) / 80)));
    const y = scaleUp(tops[i], frame);
    return [
      ...horizontalAxis(frame, x, plot.quantity, theme),
      ...verticalAxis(frame, y, plot.counted, theme),
      element('path', { d: outline(plot.filled, edges, x, y), fill: theme.series[0], 'fill-opacity': OPACITY }),
      ...(plot.outlined
        ? [element('path', { d: outline(plot.outlined, edges, x, y), fill: 'none', stroke: theme.series[1], 'stroke-width': 1.4 })]
        : []),
      ...legend.draw(top - 14),
      title(left, top - 14 - legend.height, fitted(plot.title, (right - left) / 1.25)),
    ];
  });
  const description = plots.map((p) => `${p.title}: ${p.counted} by ${p.quantity}`).join('; ');
  return document({ width, height: bottom, heading: options.title, description, theme }, content);
}

function largestOf(bars: readonly Bars[]): number {
  let largest = 1;
  for (const { counts } of bars) for (let i = 0; i < counts.length; i++) largest = Math.max(largest, counts[i]);
  return largest;
}

function scaleUp(top: number, { top: above, bottom }: Pick<Frame, 'top' | 'bottom'>): Scale {
  return linearScale(0, top, bottom, above, Math.max(2, Math.round((bottom - above) / 45)));
}

/** From the axis up to the counts, part after part, and back to the axis. */
function outline({ counts }: Bars, edges: ArrayLike<number>, x: Scale, y: Scale): string {
  const path = new PathData();
  path.move(x(edges[0]), y(0));
  for (let i = 0; i < counts.length; i++) {
    path.line(x(edges[i]), y(counts[i]));
    path.line(x(edges[i + 1]), y(counts[i]));
  }
  path.line(x(edges[counts.length]), y(0));
  return path.toString();
}
