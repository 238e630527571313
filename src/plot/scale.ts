/** A linear map from data to pixels. */
export interface Scale {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  (value: number): number;
}

/** Ticks at 1, 2 or 5 times a power of ten, about `wanted` of them. */
export function niceTicks(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const distance = (m: number): number => Math.abs(Math.log(m * power) - Math.log(raw));
  const step = [1, 2, 5, 10].reduce((a, b) => (distance(b) < distance(a) ? b : a)) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

export function linearScale(low: number, high: number, from: number, to: number, ticks: number): Scale {
  // Doubles next to each other have no ticks between them.
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-9;
  const [a, b] = high - low > least ? [low, high] : [low - (least || 1), low + (least || 1)];
  const scale = (value: number): number => from + ((value - a) / (b - a)) * (to - from);
  return Object.assign(scale, { domain: [a, b] as const, ticks: niceTicks(a, b, ticks) });
}
