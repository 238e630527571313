import { NO_RUN } from '../../ir/calendar.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Domain } from '../../ir/kernel.ts';
import type { Code, FunctionRef, Local, ModuleAssembler } from './assembler.ts';
import { analyse } from './levels.ts';
import { forRange, scale } from './loops.ts';
import { F32, F64 } from './scalarModes.ts';
import { edgeStatement } from './statements.ts';
import { type KernelContext, noPlace, type Place, Values } from './values.ts';

type Shared = Pick<KernelContext, 'program' | 'kernel' | 'random'>;
type Pre = Extract<Domain, { side: 'pre' }>;
type Post = Extract<Domain, { side: 'post' }>;

/** A kernel over the synapses of spikes: those behind sources when they are due, or those before targets. */
export function addEventKernel(assembler: ModuleAssembler, shared: Shared, domain: Extract<Domain, { kind: 'events' }>): FunctionRef {
  if (domain.side === 'post') return addPost(assembler, shared, domain);
  const wait = assembler.function(`${shared.kernel.name}.wait`, { params: ['i32', 'i32', 'i32'], results: [] }, (code) =>
    new PreEmitter(code, shared, domain).wait(),
  );
  const deliver = assembler.function(`${shared.kernel.name}.run`, { params: ['i32', 'i32', 'i32'], results: [] }, (code) =>
    emitRun(code, shared, domain),
  );
  return assembler.function(shared.kernel.name, { params: [], results: [] }, (code) => new PreEmitter(code, shared, domain).emit(wait, deliver));
}

/** Loads and stores of u32 columns by an index. */
class Columns {
  readonly code: Code;
  readonly #program: Shared['program'];

  constructor(code: Code, program: Shared['program']) {
    this.code = code;
    this.#program = program;
  }

  /** Pushes element `index + ahead` of a column. */
  load(column: ColumnId, index: () => void, ahead = 0): void {
    index();
    scale(this.code, 4);
    this.code.memory('i32.load', this.#program.columns[column].offset + 4 * ahead);
  }

  store(column: ColumnId, index: () => void, value: () => void, ahead = 0): void {
    index();
    scale(this.code, 4);
    value();
    this.code.memory('i32.store', this.#program.columns[column].offset + 4 * ahead);
  }
}

/** What `CalendarMemory` defines, as code. */
class PreEmitter {
  readonly #code: Code;
  readonly #domain: Pre;
  readonly #columns: Columns;
  readonly #step: ColumnId;

  constructor(code: Code, { program }: Shared, domain: Pre) {
    this.#code = code;
    this.#domain = domain;
    this.#columns = new Columns(code, program);
    this.#step = program.clock.step;
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
    const { load } = this.#bound();
    const code = this.#code;
    const [now, bucketOfNow] = [code.local('i32'), code.local('i32')];
    load(this.#step, () => code.i32(0));
    code.tee(now);
    code.i32(calendar.span);
    code.op('i32.rem_u');
    code.set(bucketOfNow);
    this.#add(now, bucketOfNow, wait);
    this.#markDue(bucketOfNow);
    this.#takeDue(now, bucketOfNow, wait, deliver);
    this.#forgetOldest();
  }

  #bound(): { load: Columns['load']; store: Columns['store'] } {
    return { load: this.#columns.load.bind(this.#columns), store: this.#columns.store.bind(this.#columns) };
  }

  #add(now: Local, bucketOfNow: Local, wait: FunctionRef): void {
    const { calendar, fanOut, spikes } = this.#domain;
    const { load, store } = this.#bound();
    const code = this.#code;
    const [i, count, source, run, place, next] = Array.from({ length: 6 }, () => code.local('i32'));
    load(spikes.count, () => code.i32(0));
    code.set(count);
    load(calendar.ends, () => code.i32(0), 1);
    code.set(next);
    forRange(code, { index: i, end: count }, () => {
      load(spikes.list, () => code.get(i));
      code.set(source);
      load(fanOut.rows, () => code.get(source));
      code.tee(run);
      load(fanOut.rows, () => code.get(source), 1);
      code.op('i32.ne');
      code.if(() => {
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
          () => code.get(now),
        );
        store(
          calendar.runs,
          () => code.get(place),
          () => code.get(run),
        );
        code.get(place);
        load(fanOut.delays, () => code.get(run));
        code.get(bucketOfNow);
        code.call(wait);
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

  #takeDue(now: Local, bucketOfNow: Local, wait: FunctionRef, deliver: FunctionRef): void {
    const { calendar, fanOut } = this.#domain;
    const { load, store } = this.#bound();
    const code = this.#code;
    const [oldest, i, words, word, bits, place, source, run] = Array.from({ length: 8 }, () => code.local('i32'));
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
      load(calendar.sources, () => code.get(place));
      code.tee(source);
      load(calendar.runs, () => code.get(place));
      code.set(run);
      load(fanOut.starts, () => code.get(run));
      load(fanOut.starts, () => code.get(run), 1);
      code.call(deliver);
      plus(code, run, 1);
      code.tee(run);
      load(fanOut.rows, () => code.get(source), 1);
      code.op('i32.ne');
      code.if(() => {
        code.get(place);
        load(calendar.births, () => code.get(place));
        load(fanOut.delays, () => code.get(run));
        code.op('i32.add');
        code.get(now);
        code.op('i32.sub');
        code.get(bucketOfNow);
        code.call(wait);
      });
      store(
        calendar.runs,
        () => code.get(place),
        () => {
          code.get(run);
          code.i32(NO_RUN | 0);
          code.get(run);
          load(fanOut.rows, () => code.get(source), 1);
          code.op('i32.ne');
          code.select();
        },
      );
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

/** A function (source, start, end) that carries out the events of one run. */
function emitRun(code: Code, shared: Shared, domain: Pre): void {
  const { program } = shared;
  const [pre, edge, end] = code.params;
  const post = code.local('i32');
  const columns = new Columns(code, program);
  const event = prepareEvent(code, shared, (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge));
  forRange(code, { index: edge, end }, () => {
    columns.load(domain.fanOut.targets, () => code.get(edge));
    code.set(post);
    event();
  });
}

function addPost(assembler: ModuleAssembler, shared: Shared, { spikes, fanIn }: Post): FunctionRef {
  return assembler.function(shared.kernel.name, { params: [], results: [] }, (code) => {
    const columns = new Columns(code, shared.program);
    const [i, count, post, k, end, pre, edge] = Array.from({ length: 7 }, () => code.local('i32'));
    const event = prepareEvent(code, shared, (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge));
    columns.load(spikes.count, () => code.i32(0));
    code.set(count);
    forRange(code, { index: i, end: count }, () => {
      columns.load(spikes.list, () => code.get(i));
      code.set(post);
      columns.load(fanIn.rows, () => code.get(post));
      code.set(k);
      columns.load(fanIn.rows, () => code.get(post), 1);
      code.set(end);
      forRange(code, { index: k, end }, () => {
        columns.load(fanIn.synapses, () => code.get(k));
        code.set(edge);
        if (fanIn.sources !== null) {
          columns.load(fanIn.sources, () => code.get(k));
          code.set(pre);
        }
        event();
      });
    });
  });
}

/** What does not differ between events is computed here; the function that comes back emits one event. */
function prepareEvent(code: Code, { program, kernel, random }: Shared, place: Place): () => void {
  const context: KernelContext = { code, program, kernel, random, facts: analyse(kernel) };
  const mode = kernel.precision === 'f32' ? F32 : F64;
  const given = new Values(context, mode, noPlace).keep(context.facts.crossing.uniform);
  const statements = kernel.body.map((s) => edgeStatement(context, mode, place, s));
  return () => {
    const values = new Values(context, mode, place, given);
    values.keep(context.facts.pinned);
    for (const statement of statements) statement.each(values);
  };
}

function plus(code: Code, local: Local, constant: number): void {
  code.get(local);
  code.i32(constant);
  code.op('i32.add');
}

function sum(code: Code, a: Local, b: Local): void {
  code.get(a);
  code.get(b);
  code.op('i32.add');
}
