import { tickLabels } from './labels.ts';
import { linearScale, type Scale } from './scale.ts';
import { fitted, line, text, textWidth } from './svg.ts';
import type { Theme } from './theme.ts';

/** Where data are drawn, in pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Below a frame: the labels of the ticks, and the name. */
export const BELOW_TICKS = 24;
export const BELOW_NAME = 24;

const NAME_SIZE = 13;

/** From the left edge of a picture to a vertical axis: its name and the labels of its ticks. */
export function roomForLabels(ticks: readonly number[]): number {
  return 44 + Math.max(0, ...tickLabels(ticks).map((label) => textWidth(label)));
}

/** Ticks of a horizontal axis below the frame, with grid lines; `name` only where no panel follows below. */
export function horizontalAxis(frame: Frame, scale: Scale, name: string | undefined, theme: Theme): string[] {
  const labels = tickLabels(scale.ticks);
  const ticks = scale.ticks.flatMap((value, i) => {
    const x = scale(value);
    return [
      line(x, frame.top, x, frame.bottom, theme.grid),
      line(x, frame.bottom, x, frame.bottom + 4, theme.muted),
      text(x, frame.bottom + 17, labels[i], { 'text-anchor': 'middle', fill: theme.muted }),
    ];
  });
  const middle = (frame.left + frame.right) / 2;
  return [
    ...ticks,
    line(frame.left, frame.bottom, frame.right, frame.bottom, theme.muted),
    ...(name === undefined ? [] : [text(middle, frame.bottom + 38, name, { 'text-anchor': 'middle', 'font-size': NAME_SIZE })]),
  ];
}

/** Vertical axis left of the frame, with grid lines. */
export function verticalAxis(frame: Frame, scale: Scale, name: string, theme: Theme): string[] {
  const labels = tickLabels(scale.ticks);
  const ticks = scale.ticks.flatMap((value, i) => {
    const y = scale(value);
    return [
      line(frame.left, y, frame.right, y, theme.grid),
      line(frame.left - 4, y, frame.left, y, theme.muted),
      text(frame.left - 8, y + 4, labels[i], { 'text-anchor': 'end', fill: theme.muted }),
    ];
  });
  const [x, y] = [frame.left - roomForLabels(scale.ticks) + 24, (frame.top + frame.bottom) / 2];
  const attributes = { 'text-anchor': 'middle', 'font-size': NAME_SIZE, transform: `rotate(-90 ${x.toFixed(1)} ${y.toFixed(1)})` };
  return [
    ...ticks,
    line(frame.left, frame.top, frame.left, frame.bottom, theme.muted),
    text(x, y, fitted(name, frame.bottom - frame.top + 36, NAME_SIZE), attributes),
  ];
}

export interface TimeAxis {
  /** Of times in the unit that is shown. */
  readonly scale: Scale;
  readonly name: string;
  /** From ms to pixels. */
  at(time: number): number;
}

const LONG = 10_000;

/** An axis of times in ms; long ones are shown in seconds. */
export function timeAxis(start: number, end: number, frame: Pick<Frame, 'left' | 'right'>): TimeAxis {
  const factor = end - start >= LONG ? 1e-3 : 1;
  const wanted = Math.min(10, Math.max(2, Math.round((frame.right - frame.left) / 80)));
  const scale = linearScale(start * factor, end * factor, frame.left, frame.right, wanted);
  return { scale, name: factor === 1 ? 'time (ms)' : 'time (s)', at: (time) => scale(time * factor) };
}
