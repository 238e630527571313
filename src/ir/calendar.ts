import { InternalError } from '../core/error.ts';
import type { ColumnId } from './expr.ts';
import type { Calendar, FanOut } from './kernel.ts';
import type { Program } from './program.ts';

type Columns = readonly (Float32Array | Float64Array | Uint32Array)[];
type Named = { readonly [K in keyof Omit<Calendar, 'capacity' | 'reserve' | 'span'> | keyof Omit<FanOut, 'sources' | 'slices'>]: Columns[number] };

/** In `runs`: nothing is left to do for a spike. */
export const NO_RUN = 0xffffffff;

/** A spike on its way: its source, and the number of steps that were done when it came. */
export interface SpikeOnItsWay {
  readonly source: number;
  readonly birth: number;
}

/** A run of synapses that is due: those of one source with one delay. */
export interface DueRun {
  readonly source: number;
  readonly start: number;
  readonly end: number;
}

/** Whether as many spikes more fit into a calendar. Kept free besides: a word of `due`, so that its first and last don't meet. */
export function hasRoom(capacity: number, oldest: number, next: number, spikes: number): boolean {
  return ((next - oldest) >>> 0) + spikes + 32 <= capacity;
}

/** A calendar, and the synapses that its spikes are on their way to. */
export interface CalendarOf {
  readonly calendar: Calendar;
  readonly fanOut: FanOut;
}

/** The calendars of a program, in the order of its kernels. */
export function calendarsOf({ kernels }: Pick<Program, 'kernels'>): CalendarOf[] {
  return kernels.flatMap(({ domain }) =>
    domain.kind === 'events' && domain.side === 'pre' ? [{ calendar: domain.calendar, fanOut: domain.fanOut }] : [],
  );
}

/** Whether a calendar of some slice may not hold what comes next. */
export function isCrowded({ calendar, fanOut }: CalendarOf, ends: ArrayLike<number>): boolean {
  const isFull = (slice: number): boolean => !hasRoom(calendar.capacity, ends[2 * slice], ends[2 * slice + 1], calendar.reserve);
  return Array.from({ length: fanOut.slices }, (_, slice) => isFull(slice)).some(Boolean);
}

/** The calendars of all slices. */
export function calendarSlices({ calendar, fanOut }: CalendarOf, columns: Columns): CalendarMemory[] {
  return Array.from({ length: fanOut.slices }, (_, slice) => new CalendarMemory(calendar, fanOut, columns, slice));
}

/** The spikes that have runs left in any slice, in the order in which they came. */
export function spikesOnTheirWay(slices: readonly CalendarMemory[]): SpikeOnItsWay[] {
  const [first, ...others] = slices.map((slice) => slice.onTheirWay());
  if (others.length === 0) return first;
  const all = [first, ...others].flat().sort((a, b) => a.birth - b.birth || a.source - b.source);
  return all.filter(({ birth, source }, i) => i === 0 || birth !== all[i - 1].birth || source !== all[i - 1].source);
}

/** Works on the columns of a calendar: the definition of what backends do with them. */
export class CalendarMemory {
  readonly #calendar: Calendar;
  readonly #columns: Named;
  readonly #mask: number;

  constructor(calendar: Calendar, fanOut: FanOut, columns: Columns, slice = 0) {
    const { capacity, span } = calendar;
    this.#calendar = calendar;
    this.#mask = capacity - 1;
    const part = (id: ColumnId, length: number, more = 0): Columns[number] => columns[id].subarray(slice * length, (slice + 1) * length + more);
    this.#columns = {
      rows: part(fanOut.rows, fanOut.sources, 1),
      delays: columns[fanOut.delays],
      starts: columns[fanOut.starts],
      targets: columns[fanOut.targets],
      ends: part(calendar.ends, 2),
      buckets: part(calendar.buckets, span),
      sources: part(calendar.sources, capacity),
      births: part(calendar.births, capacity),
      runs: part(calendar.runs, capacity),
      links: part(calendar.links, capacity),
      due: part(calendar.due, capacity / 32),
    };
  }

  /** Puts spikes behind those that are there. `now` is the number of steps done when they came. */
  add(spikes: ArrayLike<number>, count: number, now: number): void {
    const { rows, ends, sources, births, runs } = this.#columns;
    for (let i = 0; i < count; i++) {
      const source = spikes[i];
      const run = rows[source];
      if (run === rows[source + 1]) continue;
      const place = ends[1] & this.#mask;
      sources[place] = source;
      births[place] = now;
      runs[place] = run;
      this.#wait(place, now, now);
      ends[1]++;
    }
  }

  /** The runs that are due now, in the order in which their spikes came. */
  *takeDue(now: number): Generator<DueRun> {
    const { ends, sources, rows, runs, starts, due } = this.#columns;
    this.#markDue(now);
    const [oldest, next] = ends;
    const words = ((oldest & 31) + ((next - oldest) >>> 0) + 31) >>> 5;
    for (let i = 0; i < words; i++) {
      const word = ((oldest >>> 5) + i) & (this.#mask >>> 5);
      while (due[word] !== 0) {
        const bit = 31 - Math.clz32(due[word] & -due[word]);
        due[word] &= due[word] - 1;
        const place = word * 32 + bit;
        const run = runs[place];
        yield { source: sources[place], start: starts[run], end: starts[run + 1] };
        this.#goOn(place, run + 1 === rows[sources[place] + 1] ? NO_RUN : run + 1, now);
      }
    }
    while (ends[0] !== ends[1] && runs[ends[0] & this.#mask] === NO_RUN) ends[0]++;
  }

  #markDue(now: number): void {
    const { buckets, links, due } = this.#columns;
    const bucket = now % this.#calendar.span;
    for (let first = buckets[bucket]; first !== 0; first = links[first - 1]) due[(first - 1) >>> 5] |= 1 << (first - 1);
    buckets[bucket] = 0;
  }

  #goOn(place: number, run: number, now: number): void {
    const { runs, births } = this.#columns;
    runs[place] = run;
    if (run !== NO_RUN) this.#wait(place, births[place], now);
  }

  /** Files a spike for its next run. */
  #wait(place: number, birth: number, now: number): void {
    const { runs, delays, buckets, links } = this.#columns;
    const { span } = this.#calendar;
    const ahead = (birth + delays[runs[place]] - now) >>> 0;
    if (ahead >= span) throw new InternalError(`a run is due in ${ahead} steps, in a calendar of ${span}`);
    const bucket = ((now % span) + ahead) % span;
    links[place] = buckets[bucket];
    buckets[bucket] = place + 1;
  }

  /** The spikes that have runs left, in the order in which they came. */
  onTheirWay(): SpikeOnItsWay[] {
    const { ends, sources, births, runs } = this.#columns;
    const found: SpikeOnItsWay[] = [];
    for (let n = ends[0]; n !== ends[1]; n = (n + 1) >>> 0) {
      const place = n & this.#mask;
      if (runs[place] !== NO_RUN) found.push({ source: sources[place], birth: births[place] });
    }
    return found;
  }

  /** Makes the calendar one of these spikes alone, as it is after `now` steps: with those of their runs that are due later. */
  restore(spikes: readonly SpikeOnItsWay[], now: number): void {
    const { ends, rows, delays, sources, births, runs, buckets, due } = this.#columns;
    for (const column of [ends, buckets, due]) column.fill(0);
    for (const { source, birth } of spikes) {
      let run = rows[source];
      while (run < rows[source + 1] && birth + delays[run] <= now) run++;
      if (run === rows[source + 1]) continue;
      const place = ends[1]++ & this.#mask;
      sources[place] = source;
      births[place] = birth;
      runs[place] = run;
      this.#wait(place, birth, now);
    }
  }
}
