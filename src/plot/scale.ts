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
  const [a, b] = widened([low, high]);
  const scale = (value: number): number => from + ((value - a) / (b - a)) * (to - from);
  return Object.assign(scale, { domain: [a, b] as const, ticks: niceTicks(a, b, ticks) });
}

/** A range as it is; one of a constant (or of doubles next to each other, which have no ticks between them) gets room on both sides. */
export function widened([low, high]: readonly [number, number]): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > size * 1e-9) return [low, high];
  const room = size * 0.05 || 1;
  return [low - room, high + room];
}

/** Least and largest of all finite values; undefined where there are none. */
export function extentOf(arrays: Iterable<ArrayLike<number>>): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** The same with room on both sides. */
export function roomyExtent(arrays: Iterable<ArrayLike<number>>): [number, number] {
  const [low, high] = extentOf(arrays) ?? [0, 1];
  const margin = (high - low) * 0.05;
  return [low - margin, high + margin];
}
