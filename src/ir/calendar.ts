import { InternalError } from '../core/error.ts';
import type { ColumnId } from './expr.ts';
import type { Calendar, FanOut } from './kernel.ts';
import type { ColumnArray, Program } from './program.ts';
import { isLastRun, pageStart, stepsOf, synapsesOf } from './run.ts';

type Columns = readonly ColumnArray[];
type Named<T, Numbers extends keyof T> = { readonly [K in keyof Omit<T, Numbers>]: ColumnArray };

/** In `runs`: nothing is left to do for a spike. */
export const NO_RUN = 0xffffffff;

/** A spike on its way: its source, and the number of steps that were done when it came. */
export interface SpikeOnItsWay {
  readonly source: number;
  readonly birth: number;
}

/** A run of synapses that is due: those of one source with one delay, onto targets of one page. */
export interface DueRun {
  readonly source: number;
  readonly start: number;
  readonly end: number;
  /** The first cell of the page. */
  readonly page: number;
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
  readonly #columns: Named<Calendar, 'capacity' | 'reserve' | 'span' | 'shortest'>;
  readonly #fanOut: Named<FanOut, 'sources' | 'slices' | 'pageBits' | 'targets'> & Pick<FanOut, 'pageBits'>;
  readonly #mask: number;

  constructor(calendar: Calendar, fanOut: FanOut, columns: Columns, slice = 0) {
    const { capacity, span } = calendar;
    this.#calendar = calendar;
    this.#mask = capacity - 1;
    const part = (id: ColumnId, length: number, more = 0): Columns[number] => columns[id].subarray(slice * length, (slice + 1) * length + more);
    this.#fanOut = {
      pageBits: fanOut.pageBits,
      rows: part(fanOut.rows, fanOut.sources),
      starts: part(fanOut.starts, fanOut.sources, 1),
      runs: columns[fanOut.runs],
    };
    this.#columns = {
      ends: part(calendar.ends, 2),
      buckets: part(calendar.buckets, span),
      sources: part(calendar.sources, capacity),
      births: part(calendar.births, capacity),
      runs: part(calendar.runs, capacity),
      synapses: part(calendar.synapses, capacity),
      links: part(calendar.links, capacity),
      due: part(calendar.due, capacity / 32),
    };
  }

  /** Puts spikes behind those that are there. `now` is the number of steps done when they came. */
  add(spikes: ArrayLike<number>, count: number, now: number): void {
    const { rows, starts } = this.#fanOut;
    for (let i = 0; i < count; i++) {
      const source = spikes[i];
      const start = starts[source];
      if (start === starts[source + 1]) continue;
      const place = this.#put({ source, birth: now }, rows[source], start);
      this.#wait(place, this.#stepsTo(rows[source]), now);
    }
  }

  /** The runs that are due now, in the order in which their spikes came. */
  *takeDue(now: number): Generator<DueRun> {
    const { ends, sources, runs, due } = this.#columns;
    this.#markDue(now);
    const [oldest, next] = ends;
    const words = ((oldest & 31) + ((next - oldest) >>> 0) + 31) >>> 5;
    for (let i = 0; i < words; i++) {
      const word = ((oldest >>> 5) + i) & (this.#mask >>> 5);
      while (due[word] !== 0) {
        const bit = 31 - Math.clz32(due[word] & -due[word]);
        due[word] &= due[word] - 1;
        const place = word * 32 + bit;
        yield* this.#runsOf(place, sources[place], now);
      }
    }
    while (ends[0] !== ends[1] && runs[ends[0] & this.#mask] === NO_RUN) ends[0]++;
  }

  /** The runs of a spike that are due now; then it waits for the next one. */
  *#runsOf(place: number, source: number, now: number): Generator<DueRun> {
    const { runs, synapses } = this.#columns;
    const { runs: words, pageBits } = this.#fanOut;
    let run = runs[place];
    let start = synapses[place];
    do {
      const word = words[run];
      const end = start + synapsesOf(word);
      yield { source, start, end, page: pageStart(word, pageBits) };
      start = end;
      run = isLastRun(word) ? NO_RUN : run + 1;
    } while (run !== NO_RUN && this.#stepsTo(run) === 0);
    runs[place] = run;
    synapses[place] = start;
    if (run !== NO_RUN) this.#wait(place, this.#stepsTo(run), now);
  }

  #stepsTo(run: number): number {
    return stepsOf(this.#fanOut.runs[run], this.#fanOut.pageBits);
  }

  #markDue(now: number): void {
    const { buckets, links, due } = this.#columns;
    const bucket = now % this.#calendar.span;
    for (let first = buckets[bucket]; first !== 0; first = links[first - 1]) due[(first - 1) >>> 5] |= 1 << (first - 1);
    buckets[bucket] = 0;
  }

  /** Gives a spike the next place. Its next run begins with the synapse `start`. */
  #put({ source, birth }: SpikeOnItsWay, run: number, start: number): number {
    const { ends, sources, births, runs, synapses } = this.#columns;
    const place = ends[1]++ & this.#mask;
    sources[place] = source;
    births[place] = birth;
    runs[place] = run;
    synapses[place] = start;
    return place;
  }

  /** Files a spike for its next run, which is due `ahead` steps from now. */
  #wait(place: number, ahead: number, now: number): void {
    const { buckets, links } = this.#columns;
    const { span } = this.#calendar;
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
    const { rows, starts, runs } = this.#fanOut;
    for (const name of ['ends', 'buckets', 'due'] as const) this.#columns[name].fill(0);
    for (const spike of spikes) {
      let run = rows[spike.source];
      let start = starts[spike.source];
      const end = starts[spike.source + 1];
      let due = spike.birth;
      for (; start < end; run++) {
        due += this.#stepsTo(run);
        if (due > now) break;
        start += synapsesOf(runs[run]);
      }
      if (start < end) this.#wait(this.#put(spike, run, start), due - now, now);
    }
  }
}
