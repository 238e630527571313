import { NO_RUN } from '../../ir/calendar.ts';
import type { Domain, SpikeList } from '../../ir/kernel.ts';
import type { Code, FunctionRef, Local } from './assembler.ts';
import { eachPart } from './epochs.ts';
import { Columns, eachSpike, ownThread, plus } from './eventColumns.ts';
import { forRange, scale } from './loops.ts';
import { pushPageStart, pushSteps, pushSynapses } from './runs.ts';
import { LOG, MEETING, PENDING, pushLine, type ThreadLocals } from './team.ts';
import { type EmitSetting, pushOnce } from './values.ts';

/** Spikes before their synapses. */
type Before = Extract<Domain, { side: 'pre' }>;

/** What `CalendarMemory` defines, as code. */
export class CalendarEmitter {
  readonly #code: Code;
  readonly #domain: Before;
  readonly #columns: Columns;
  readonly #program: EmitSetting['program'];
  readonly #thread: ThreadLocals | null;

  constructor(code: Code, { program, team }: EmitSetting, domain: Before) {
    this.#code = code;
    this.#domain = domain;
    this.#columns = new Columns(code, program);
    this.#program = program;
    this.#thread = ownThread(code, team);
    const { calendar, fanOut } = domain;
    if (!this.#thread || fanOut.slices === 1) return;
    this.#columns.slice([fanOut.rows, fanOut.starts], fanOut.sources, this.#thread);
    this.#columns.slice([calendar.ends], 2, this.#thread);
    this.#columns.slice([calendar.buckets], calendar.span, this.#thread);
    this.#columns.slice([calendar.sources, calendar.births, calendar.runs, calendar.synapses, calendar.links], calendar.capacity, this.#thread);
    this.#columns.slice([calendar.due], calendar.capacity / 32, this.#thread);
  }

  #call(inner: FunctionRef): void {
    if (this.#thread) this.#code.get(this.#thread.thread);
    this.#code.call(inner);
  }

  /** A function (place, ahead, bucket of now) that files a spike for a run that is due `ahead` steps from now. */
  wait(): void {
    const { calendar } = this.#domain;
    const { load, store } = this.#bound();
    const code = this.#code;
    const [place, ahead, bucketOfNow] = code.params;
    const bucket = code.local('i32');
    sum(code, ahead, bucketOfNow);
    code.tee(bucket);
    code.i32(calendar.span);
    code.op('i32.ge_u');
    code.if(() => {
      code.get(bucket);
      code.i32(calendar.span);
      code.op('i32.sub');
      code.set(bucket);
    });
    store(
      calendar.links,
      () => code.get(place),
      () => load(calendar.buckets, () => code.get(bucket)),
    );
    store(
      calendar.buckets,
      () => code.get(bucket),
      () => plus(code, place, 1),
    );
  }

  emit(wait: FunctionRef, deliver: FunctionRef): void {
    const { calendar } = this.#domain;
    const code = this.#code;
    const [now, bucketOfNow] = [code.local('i32'), code.local('i32')];
    const step = this.#program.columns[this.#program.clock.step];
    pushOnce({ code, thread: this.#thread }, step);
    code.memory('i32.load', step.offset);
    code.tee(now);
    code.i32(calendar.span);
    code.op('i32.rem_u');
    code.set(bucketOfNow);
    this.#add(now, bucketOfNow, wait);
    this.#markDue(bucketOfNow);
    this.#takeDue(bucketOfNow, wait, deliver);
    this.#forgetOldest();
  }

  #bound(): { load: Columns['load']; store: Columns['store'] } {
    return { load: this.#columns.load.bind(this.#columns), store: this.#columns.store.bind(this.#columns) };
  }

  #add(now: Local, bucketOfNow: Local, wait: FunctionRef): void {
    const { calendar, fanOut, spikes } = this.#domain;
    const { load, store } = this.#bound();
    const code = this.#code;
    const [source, late, start, run, place, next] = Array.from({ length: 6 }, () => code.local('i32'));
    load(calendar.ends, () => code.i32(0), 1);
    code.set(next);
    this.#eachNew(spikes, source, late, () => {
      load(fanOut.starts, () => code.get(source));
      code.tee(start);
      load(fanOut.starts, () => code.get(source), 1);
      code.op('i32.ne');
      code.if(() => {
        load(fanOut.rows, () => code.get(source));
        code.set(run);
        this.#placeOf(next);
        code.set(place);
        store(
          calendar.sources,
          () => code.get(place),
          () => code.get(source),
        );
        store(
          calendar.births,
          () => code.get(place),
          () => difference(code, now, late),
        );
        this.#setNext(place, run, start);
        code.get(place);
        load(fanOut.runs, () => code.get(run));
        pushSteps(code, fanOut);
        code.get(late);
        code.op('i32.sub');
        code.get(bucketOfNow);
        this.#call(wait);
        plus(code, next, 1);
        code.set(next);
      });
    });
    store(
      calendar.ends,
      () => code.i32(0),
      () => code.get(next),
      1,
    );
  }

  /** The spikes that are to be filed in this step, and how many steps ago they came: those of an epoch come in its last step. */
  #eachNew(spikes: SpikeList, source: Local, late: Local, body: () => void): void {
    const code = this.#code;
    if (this.#thread?.plan.epochs) {
      const { plan, thread } = this.#thread;
      const [steps, half] = [code.local('i32'), code.local('i32')];
      for (const [what, value] of [
        [PENDING, steps],
        [LOG, half],
      ] as const) {
        pushLine(code, () => code.get(thread));
        code.memory('i32.load', plan.meeting + MEETING.lines + what);
        code.set(value);
      }
      eachPart(code, plan, spikes.list, { steps, half }, ({ step, from, to }) => {
        difference(code, steps, step);
        code.i32(1);
        code.op('i32.sub');
        code.set(late);
        forRange(code, { index: from, end: to, step: 4 }, () => {
          code.get(from);
          code.memory('i32.load', 0);
          code.set(source);
          body();
        });
      });
      return;
    }
    const [i, end] = [code.local('i32'), code.local('i32')];
    eachSpike(this.#columns, { program: this.#program, thread: this.#thread, spikes }, i, end, () => {
      this.#columns.load(spikes.list, () => code.get(i));
      code.set(source);
      body();
    });
  }

  /** Stores which run a spike has next, and with which synapse that begins. */
  #setNext(place: Local, run: Local, start: Local): void {
    const { calendar } = this.#domain;
    const { store } = this.#bound();
    const code = this.#code;
    const values = [
      [calendar.runs, run],
      [calendar.synapses, start],
    ] as const;
    for (const [column, value] of values) {
      store(
        column,
        () => code.get(place),
        () => code.get(value),
      );
    }
  }

  #placeOf(number: Local): void {
    this.#code.get(number);
    this.#code.i32(this.#domain.calendar.capacity - 1);
    this.#code.op('i32.and');
  }

  #markDue(bucketOfNow: Local): void {
    const { calendar } = this.#domain;
    const { load, store } = this.#bound();
    const code = this.#code;
    const [first, word] = [code.local('i32'), code.local('i32')];
    load(calendar.buckets, () => code.get(bucketOfNow));
    code.tee(first);
    code.if(() => {
      code.loop((again) => {
        plus(code, first, -1);
        code.tee(first);
        code.i32(5);
        code.op('i32.shr_u');
        code.set(word);
        store(
          calendar.due,
          () => code.get(word),
          () => {
            load(calendar.due, () => code.get(word));
            code.i32(1);
            code.get(first);
            code.op('i32.shl');
            code.op('i32.or');
          },
        );
        load(calendar.links, () => code.get(first));
        code.tee(first);
        code.branchIf(again);
      });
      store(
        calendar.buckets,
        () => code.get(bucketOfNow),
        () => code.i32(0),
      );
    });
  }

  #takeDue(bucketOfNow: Local, wait: FunctionRef, deliver: FunctionRef): void {
    const { calendar } = this.#domain;
    const { load, store } = this.#bound();
    const code = this.#code;
    const [oldest, i, words, word, bits, place] = Array.from({ length: 6 }, () => code.local('i32'));
    load(calendar.ends, () => code.i32(0));
    code.set(oldest);
    code.get(oldest);
    code.i32(31);
    code.op('i32.and');
    load(calendar.ends, () => code.i32(0), 1);
    code.get(oldest);
    code.op('i32.sub');
    code.op('i32.add');
    code.i32(31);
    code.op('i32.add');
    code.i32(5);
    code.op('i32.shr_u');
    code.set(words);
    const each = (): void => {
      code.get(word);
      scale(code, 32);
      code.get(bits);
      code.op('i32.ctz');
      code.op('i32.add');
      code.set(place);
      this.#deliverDue(place, bucketOfNow, wait, deliver);
      code.get(bits);
      plus(code, bits, -1);
      code.op('i32.and');
      code.tee(bits);
    };
    forRange(code, { index: i, end: words }, () => {
      code.get(oldest);
      code.i32(5);
      code.op('i32.shr_u');
      code.get(i);
      code.op('i32.add');
      code.i32((calendar.capacity >>> 5) - 1);
      code.op('i32.and');
      code.set(word);
      load(calendar.due, () => code.get(word));
      code.tee(bits);
      code.if(() => {
        code.loop((again) => {
          each();
          code.branchIf(again);
        });
        store(
          calendar.due,
          () => code.get(word),
          () => code.i32(0),
        );
      });
    });
  }

  /** The runs of a spike that are due now; then it waits for the next one. */
  #deliverDue(place: Local, bucketOfNow: Local, wait: FunctionRef, deliver: FunctionRef): void {
    const { calendar, fanOut } = this.#domain;
    const { load } = this.#bound();
    const code = this.#code;
    const [source, run, start, end, word, ahead] = Array.from({ length: 6 }, () => code.local('i32'));
    load(calendar.sources, () => code.get(place));
    code.set(source);
    load(calendar.runs, () => code.get(place));
    code.set(run);
    load(calendar.synapses, () => code.get(place));
    code.set(start);
    code.loop((again) => {
      load(fanOut.runs, () => code.get(run));
      code.tee(word);
      pushSynapses(code);
      code.get(start);
      code.op('i32.add');
      code.set(end);
      code.get(source);
      code.get(start);
      code.get(end);
      if (fanOut.pageBits > 0) pushPageStart(code, fanOut, word);
      this.#call(deliver);
      code.get(end);
      code.set(start);
      code.i32(-1);
      plus(code, run, 1);
      code.get(word);
      code.i32(0);
      code.op('i32.lt_s');
      code.select();
      code.tee(run);
      code.i32(NO_RUN | 0);
      code.op('i32.ne');
      code.if(() => {
        load(fanOut.runs, () => code.get(run));
        pushSteps(code, fanOut);
        code.tee(ahead);
        code.op('i32.eqz');
        code.branchIf(again);
        code.get(place);
        code.get(ahead);
        code.get(bucketOfNow);
        this.#call(wait);
      });
    });
    this.#setNext(place, run, start);
  }

  #forgetOldest(): void {
    const { calendar } = this.#domain;
    const { load, store } = this.#bound();
    const code = this.#code;
    const [oldest, next] = [code.local('i32'), code.local('i32')];
    load(calendar.ends, () => code.i32(0));
    code.set(oldest);
    load(calendar.ends, () => code.i32(0), 1);
    code.set(next);
    code.block((stop) =>
      code.loop((again) => {
        code.get(oldest);
        code.get(next);
        code.op('i32.eq');
        code.branchIf(stop);
        load(calendar.runs, () => this.#placeOf(oldest));
        code.i32(NO_RUN | 0);
        code.op('i32.ne');
        code.branchIf(stop);
        plus(code, oldest, 1);
        code.set(oldest);
        code.branch(again);
      }),
    );
    store(
      calendar.ends,
      () => code.i32(0),
      () => code.get(oldest),
    );
  }
}

function difference(code: Code, a: Local, b: Local): void {
  code.get(a);
  code.get(b);
  code.op('i32.sub');
}

function sum(code: Code, a: Local, b: Local): void {
  code.get(a);
  code.get(b);
  code.op('i32.add');
}
