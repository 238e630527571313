import type { Scale } from './scale.ts';
import { FAINT, line, text } from './svg.ts';

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const LONGEST_LABEL = 7;

/** Short, and with a minus sign, not a hyphen. */
export function tickLabel(value: number): string {
  const plain = String(value);
  const short = plain.length > LONGEST_LABEL ? Number(value.toPrecision(6)).toExponential() : plain;
  return short.replace('e+', 'e').replaceAll('-', '\u2212');
}

/** Ticks of a horizontal axis below the frame, with grid lines; `name` only where no panel follows below. */
export function horizontalAxis(frame: Frame, scale: Scale, name: string | undefined): string[] {
  const ticks = scale.ticks.flatMap((value) => {
    const x = scale(value);
    return [
      line(x, frame.top, x, frame.bottom, { stroke: FAINT }),
      line(x, frame.bottom, x, frame.bottom + 4),
      text(x, frame.bottom + 17, tickLabel(value), { 'text-anchor': 'middle' }),
    ];
  });
  const middle = (frame.left + frame.right) / 2;
  return [
    ...ticks,
    line(frame.left, frame.bottom, frame.right, frame.bottom),
    ...(name === undefined ? [] : [text(middle, frame.bottom + 38, name, { 'text-anchor': 'middle', 'font-size': 13 })]),
  ];
}

/** Vertical axis left of the frame, with grid lines. */
export function verticalAxis(frame: Frame, scale: Scale, name: string): string[] {
  const ticks = scale.ticks.flatMap((value) => {
    const y = scale(value);
    return [
      line(frame.left, y, frame.right, y, { stroke: FAINT }),
      line(frame.left - 4, y, frame.left, y),
      text(frame.left - 8, y + 4, tickLabel(value), { 'text-anchor': 'end' }),
    ];
  });
  const [x, y] = [frame.left - 54, (frame.top + frame.bottom) / 2];
  const title = text(x, y, name, { 'text-anchor': 'middle', 'font-size': 13, transform: `rotate(-90 ${x} ${y})` });
  return [...ticks, line(frame.left, frame.top, frame.left, frame.bottom), title];
}
