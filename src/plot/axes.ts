import type { Scale } from './scale.ts';
import { FAINT, line, text } from './svg.ts';

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A minus sign, not a hyphen. */
function label(value: number): string {
  return String(value).replace('-', '\u2212');
}

/** Horizontal axis below the frame, with grid lines. */
export function horizontalAxis(frame: Frame, scale: Scale, name: string): string[] {
  const ticks = scale.ticks.flatMap((value) => {
    const x = scale(value);
    return [
      line(x, frame.top, x, frame.bottom, { stroke: FAINT }),
      line(x, frame.bottom, x, frame.bottom + 4),
      text(x, frame.bottom + 17, label(value), { 'text-anchor': 'middle' }),
    ];
  });
  return [
    ...ticks,
    line(frame.left, frame.bottom, frame.right, frame.bottom),
    text((frame.left + frame.right) / 2, frame.bottom + 36, name, { 'text-anchor': 'middle', 'font-size': 13 }),
  ];
}

/** Vertical axis left of the frame, with grid lines. */
export function verticalAxis(frame: Frame, scale: Scale, name: string): string[] {
  const ticks = scale.ticks.flatMap((value) => {
    const y = scale(value);
    return [
      line(frame.left, y, frame.right, y, { stroke: FAINT }),
      line(frame.left - 4, y, frame.left, y),
      text(frame.left - 8, y + 4, label(value), { 'text-anchor': 'end' }),
    ];
  });
  const middle = (frame.top + frame.bottom) / 2;
  return [...ticks, line(frame.left, frame.top, frame.left, frame.bottom), verticalName(frame.left - 48, middle, name)];
}

export function verticalName(x: number, y: number, name: string): string {
  return text(x, y, name, { 'text-anchor': 'middle', 'font-size': 13, transform: `rotate(-90 ${x} ${y})` });
}
