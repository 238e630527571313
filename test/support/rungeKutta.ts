/** A system of differential equations, its state by name. */
export type RightSide<N extends string> = (x: Readonly<Record<N, number>>, t: number) => Readonly<Record<N, number>>;

/** One step of the classical method of Runge and Kutta, written for tests alone. */
export function rungeKutta<N extends string>(f: RightSide<N>, x: Readonly<Record<N, number>>, t: number, dt: number): Record<N, number> {
  const names = Object.keys(x) as N[];
  const moved = (k: Readonly<Record<N, number>>, h: number): Record<N, number> => {
    const result: Record<N, number> = { ...x };
    for (const name of names) result[name] = x[name] + h * k[name];
    return result;
  };
  const k1 = f(x, t);
  const k2 = f(moved(k1, dt / 2), t + dt / 2);
  const k3 = f(moved(k2, dt / 2), t + dt / 2);
  const k4 = f(moved(k3, dt), t + dt);
  const result: Record<N, number> = { ...x };
  for (const name of names) result[name] = x[name] + (dt / 6) * (k1[name] + 2 * k2[name] + 2 * k3[name] + k4[name]);
  return result;
}

interface Oracle<N extends string> {
  readonly f: RightSide<N>;
  readonly start: Readonly<Record<N, number>>;
  readonly dt: number;
  readonly duration: number;
  /** What arrives: at which time, to be added to which variable. */
  readonly arrivals?: readonly { readonly at: number; readonly to: N; readonly w: number }[];
  /** Whether there is a spike, from the state before and after a step. */
  readonly spike?: (after: Readonly<Record<N, number>>, before: Readonly<Record<N, number>>) => boolean;
  readonly reset?: (x: Readonly<Record<N, number>>) => Record<N, number>;
}

/** Runs it with tiny steps; `states` holds the state after each whole ms. */
export function solveByRungeKutta<N extends string>({ f, start, dt, duration, arrivals = [], spike, reset }: Oracle<N>) {
  let x: Record<N, number> = { ...start };
  const perMs = Math.round(1 / dt);
  const spikes: number[] = [];
  const states: Record<N, number>[] = [];
  for (let k = 0; k < Math.round(duration / dt); k++) {
    for (const { at, to, w } of arrivals) if (Math.round(at / dt) === k) x[to] += w;
    const before = x;
    x = rungeKutta(f, x, k * dt, dt);
    if (spike?.(x, before)) {
      spikes.push((k + 1) * dt);
      if (reset) x = reset(x);
    }
    if ((k + 1) % perMs === 0) states.push({ ...x });
  }
  return { spikes, states };
}
