const MINUS = '\u2212';
const SUPERSCRIPTS = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079';
/** From here on, powers of ten are written. */
const LARGE = 1e6;
const SMALL = 1e-4;

/** Labels of ticks, all with the same number of decimals, and with a minus sign, not a hyphen. */
export function tickLabels(ticks: readonly number[]): string[] {
  const largest = ticks.reduce((a, t) => Math.max(a, Math.abs(t)), 0);
  if (largest !== 0 && (largest >= LARGE || largest < SMALL)) return ticks.map(powerLabel);
  const decimals = Math.min(
    10,
    ticks.reduce((most, t) => Math.max(most, decimalsOf(t)), 0),
  );
  return ticks.map((t) => t.toFixed(decimals).replace('-', MINUS));
}

/** One value, in a few digits. */
export function valueLabel(value: number): string {
  return tickLabels([Number(value.toPrecision(4))])[0];
}

function decimalsOf(value: number): number {
  return /\.(\d+)$/.exec(String(value))?.[1].length ?? 0;
}

/** `2.5×10⁻⁹` */
function powerLabel(value: number): string {
  if (value === 0) return '0';
  const [digits, exponent] = Number(value.toPrecision(6)).toExponential().split('e');
  return `${digits.replace('-', MINUS)}\u00d710${superscript(exponent.replace('+', ''))}`;
}

function superscript(digits: string): string {
  return digits.replace(/[-\d]/g, (c) => (c === '-' ? '\u207b' : SUPERSCRIPTS[Number(c)]));
}

/** A unit as it is printed in papers: `uA/cm^2` is `µA/cm²`, `ms^-1` is `ms⁻¹`. */
export function prettyUnit(unit: string): string {
  return unit
    .replace(/(?<![A-Za-z])u(?=[A-Za-z])/g, '\u00b5')
    .replace(/([kMGmn\u00b5]?)ohm\b/g, '$1\u03a9')
    .replace(/\^(-?\d+)/g, (_, exponent: string) => superscript(exponent))
    .replaceAll('*', '\u00b7')
    .replace(/(?<=[A-Za-z\u03a9\u00b2\u00b3]) (?=[A-Za-z\u00b5])/g, '\u00b7');
}

/** `v (mV)`; a pure number has no unit. */
export function withUnit(quantity: string, unit: string): string {
  return unit === '1' ? quantity : `${quantity} (${prettyUnit(unit)})`;
}
