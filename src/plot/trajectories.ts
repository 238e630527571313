import { BELOW_NAME, BELOW_TICKS, type Frame, horizontalAxis, roomForLabels, verticalAxis } from './axes.ts';
import { legendOf } from './legend.ts';
import { linearScale, roomyExtent } from './scale.ts';
import { document, element, headingHeight, PathData } from './svg.ts';
import { type PlotOptions, seriesStyle, themeOf, widthOf } from './theme.ts';

/** One path through a plane: a point at each sample. A point that is not finite is a gap. */
export interface Trajectory {
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface TrajectoryOptions extends PlotOptions {
  /** Of the data, in pixels. Default 320. */
  readonly height?: number;
}

const DEFAULT_HEIGHT = 320;
const DEFAULT_WIDTH = 480;
const RIGHT = 24;
const TOP = 16;
/** A piece of a path is drawn once for each pair of squares of this size, in pixels, that it joins. */
const SQUARE = 0.5;

/** Paths through the plane of two quantities as SVG, a dot where each begins and an arrow head where it ends. `x` and `y` name the axes, e.g. `v (mV)`. */
export function plotTrajectories(
  trajectories: readonly Trajectory[],
  axes: { readonly x: string; readonly y: string },
  options: TrajectoryOptions = {},
): string {
  const theme = themeOf(options);
  const width = widthOf({ width: DEFAULT_WIDTH, ...options });
  const height = Math.max(20, options.height ?? DEFAULT_HEIGHT);
  const [low, high] = roomyExtent(trajectories.map((t) => t.y));
  const ticks = linearScale(low, high, height, 0, Math.max(2, Math.round(height / 45))).ticks;
  const left = Math.max(60, roomForLabels(ticks));
  const keys = trajectories.length < 2 ? [] : trajectories.map(({ label }, i) => ({ label, ...seriesStyle(theme, i) }));
  const right = width - RIGHT;
  const legend = legendOf(keys, '', { left, right });
  const top = headingHeight(options.title) + TOP + legend.height + (keys.length > 0 ? 18 : 0);
  const frame: Frame = { left, top, right, bottom: top + height };
  const [from, to] = roomyExtent(trajectories.map((t) => t.x));
  const x = linearScale(from, to, left, right, Math.max(2, Math.round((right - left) / 70)));
  const y = linearScale(low, high, frame.bottom, frame.top, Math.max(2, Math.round(height / 45)));
  const curves = trajectories.flatMap((trajectory, i) => {
    const { color, dash } = seriesStyle(theme, i);
    const points = pointsOf(trajectory, x, y);
    const first = points.find((p) => p !== undefined);
    const stroke = { stroke: color, 'stroke-width': 1.4, 'stroke-linejoin': 'round', fill: 'none', ...(dash && { 'stroke-dasharray': dash }) };
    const head = arrowHead(points);
    return [
      element('path', { d: pathOf(points), ...stroke }),
      ...(first ? [element('circle', { cx: first[0], cy: first[1], r: 4, fill: theme.background, stroke: color, 'stroke-width': 1.6 })] : []),
      ...(head === undefined ? [] : [element('path', { d: head, fill: color })]),
    ];
  });
  const picture = {
    width,
    height: frame.bottom + BELOW_TICKS + BELOW_NAME,
    heading: options.title,
    description: `${axes.y} over ${axes.x}`,
    theme,
  };
  return document(picture, [
    ...horizontalAxis(frame, x, axes.x, theme),
    ...verticalAxis(frame, y, axes.y, theme),
    ...curves,
    ...legend.draw(top - 14),
  ]);
}

type Point = readonly [x: number, y: number];

/** In pixels; undefined where there is a gap. */
function pointsOf(trajectory: Trajectory, x: (v: number) => number, y: (v: number) => number): (Point | undefined)[] {
  return Array.from({ length: Math.min(trajectory.x.length, trajectory.y.length) }, (_, i) => {
    const point = [x(trajectory.x[i]), y(trajectory.y[i])] as const;
    return point.every(Number.isFinite) ? point : undefined;
  });
}

/** What has been drawn is not drawn again: a closed orbit is one turn, however often it is gone through. */
function pathOf(points: readonly (Point | undefined)[]): string {
  const path = new PathData();
  const drawn = new Set<string>();
  let last: Point | undefined;
  let penIsDown = false;
  for (const point of points) {
    if (point && last) {
      const piece = `${squareOf(last)},${squareOf(point)}`;
      const isNew = squareOf(last) !== squareOf(point) && !drawn.has(piece);
      if (!isNew && squareOf(last) === squareOf(point)) continue;
      drawn.add(piece);
      if (isNew && !penIsDown) path.move(...last);
      if (isNew) path.line(...point);
      penIsDown = isNew;
    } else penIsDown = false;
    last = point;
  }
  return path.toString();
}

function squareOf([x, y]: Point): string {
  return `${Math.round(x / SQUARE)} ${Math.round(y / SQUARE)}`;
}

/** Length and half the width, pixels. */
const HEAD = [9, 4] as const;

function arrowHead(points: readonly (Point | undefined)[]): string | undefined {
  const tip = points.findLast((p) => p !== undefined);
  if (!tip) return undefined;
  const back = points.findLast((p) => p !== undefined && Math.hypot(p[0] - tip[0], p[1] - tip[1]) >= 2);
  if (!back) return undefined;
  const distance = Math.hypot(tip[0] - back[0], tip[1] - back[1]);
  const [ux, uy] = [(tip[0] - back[0]) / distance, (tip[1] - back[1]) / distance];
  const [length, half] = HEAD;
  const path = new PathData();
  path.move(...tip);
  path.line(tip[0] - length * ux - half * uy, tip[1] - length * uy + half * ux);
  path.line(tip[0] - length * ux + half * uy, tip[1] - length * uy - half * ux);
  return path.toString();
}
