const MINUS = '−';

/** A number in about four digits, with a minus sign. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('-', MINUS);
  const size = Math.abs(value);
  const text = size !== 0 && (size >= 1e6 || size < 1e-3) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replaceAll('-', MINUS);
}

/** A quantity, with its unit where it has one. */
export function withUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text} ${unit}`;
}

/** A name and unit as the heading of a scale: `v (mV)`. */
export function heading(name: string, unit: string): string {
  return unit === '' ? name : `${name} (${unit})`;
}

/** Model time: in ms, from 10 s on in s. */
export function timeText(ms: number): string {
  return ms < 10_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** Model time per real time. @param speed model ms per real s */
export function speedText(speed: number): string {
  return speed >= 10_000
    ? `${numberText(Number((speed / 1000).toPrecision(3)))} s/s`
    : `${numberText(Number(speed.toPrecision(speed < 10 ? 2 : 3)))} ms/s`;
}

export function count(n: number, what: string): string {
  return `${n.toLocaleString('en').replaceAll(',', ' ')} ${what}${n === 1 ? '' : 's'}`;
}
