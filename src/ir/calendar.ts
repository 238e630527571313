import { InternalError } from '../core/error.ts';
import type { Calendar, FanOut } from './kernel.ts';
import type { Program } from './program.ts';

type Columns = readonly (Float32Array | Float64Array | Uint32Array)[];
type Named = { readonly [K in keyof Omit<Calendar, 'capacity' | 'span'> | keyof FanOut]: Columns[number] };

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

/** Whether the spikes of one more step of `sources` cells fit into a calendar. Kept free besides: a word of `due`, so that its first and last don't meet. */
export function hasRoom(capacity: number, oldest: number, next: number, sources: number): boolean {
  return ((next - oldest) >>> 0) + sources + 32 <= capacity;
}

/** A calendar, and the number of cells whose spikes it takes. */
export interface CalendarOf {
  readonly calendar: Calendar;
  readonly sources: number;
}

/** The calendars of a program, in the order of its kernels. */
export function calendarsOf({ kernels, columns }: Pick<Program, 'kernels' | 'columns'>): CalendarOf[] {
  return kernels.flatMap(({ domain }) =>
    domain.kind === 'events' && domain.side === 'pre' ? [{ calendar: domain.calendar, sources: columns[domain.spikes.list].length }] : [],
  );
}

/** Works on the columns of a calendar: the definition of what backends do with them. */
export class CalendarMemory {
  readonly #calendar: Calendar;
  readonly #columns: Named;
  readonly #mask: number;

  constructor(calendar: Calendar, fanOut: FanOut, columns: Columns) {
    const { capacity: _, span: __, ...ids } = calendar;
    this.#calendar = calendar;
    this.#mask = calendar.capacity - 1;
    const all = Object.entries({ ...fanOut, ...ids }).map(([name, id]) => [name, columns[id]]);
    this.#columns = Object.fromEntries(all) as Named;
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
