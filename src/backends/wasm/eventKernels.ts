import { NO_RUN } from '../../ir/calendar.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Domain, SpikeList } from '../../ir/kernel.ts';
import { COLUMN_BYTES } from '../../ir/program.ts';
import type { Code, FunctionRef, Local, ModuleAssembler } from './assembler.ts';
import { eventVectors, forVectors, mayBeVectors } from './eventVectors.ts';
import { analyse } from './levels.ts';
import { forRange, scale } from './loops.ts';
import { setOwnSpikes } from './neuronKernels.ts';
import { pushPageStart, pushSteps, pushSynapses, pushTarget } from './runs.ts';
import { F32, F64 } from './scalarModes.ts';
import { edgeStatement } from './statements.ts';
import { parameters, pushSliceStart, pushSpikeCount, type TeamPlan, type ThreadLocals, threadLocals } from './team.ts';
import { type EmitSetting, type KernelContext, noPlace, type Place, pushOnce, Values } from './values.ts';

type Shared = EmitSetting;
type Pre = Extract<Domain, { side: 'pre' }>;
type Post = Extract<Domain, { side: 'post' }>;

/** A kernel over the synapses of spikes: those behind sources when they are due, or those before targets. */
export function addEventKernel(assembler: ModuleAssembler, shared: Shared, domain: Extract<Domain, { kind: 'events' }>): FunctionRef {
  if (domain.side === 'post') return addPost(assembler, shared, domain);
  const params = parameters(shared.team);
  const inner = ['i32', 'i32', 'i32', ...params] as const;
  const wait = assembler.function(`${shared.kernel.name}.wait`, { params: inner, results: [] }, (code) =>
    new PreEmitter(code, shared, domain).wait(),
  );
  const page = domain.fanOut.pageBits > 0 ? (['i32'] as const) : [];
  const deliver = assembler.function(`${shared.kernel.name}.run`, { params: ['i32', 'i32', 'i32', ...page, ...params], results: [] }, (code) =>
    emitRun(code, shared, domain),
  );
  return assembler.function(shared.kernel.name, { params, results: [] }, (code) => new PreEmitter(code, shared, domain).emit(wait, deliver));
}

/** A thread is the last parameter of its functions. */
function ownThread(code: Code, team: TeamPlan | null): ThreadLocals | null {
  return team && threadLocals(code, team, code.params[code.params.length - 1]);
}

/** Loads and stores of u32 columns by an index. */
class Columns {
  readonly code: Code;
  readonly #program: Shared['program'];
  readonly #starts = new Map<ColumnId, Local>();

  constructor(code: Code, program: Shared['program']) {
    this.code = code;
    this.#program = program;
  }

  /** Has the indices of columns count from the thread's part of them, of `length` elements. */
  slice(columns: readonly ColumnId[], length: number, { thread }: ThreadLocals): void {
    const start = this.code.local('i32');
    this.code.get(thread);
    this.code.i32(length);
    this.code.op('i32.mul');
    this.code.set(start);
    for (const column of columns) this.#starts.set(column, start);
  }

  /** Pushes element `index + ahead` of a column. */
  load(column: ColumnId, index: () => void, ahead = 0): void {
    this.#address(column, index);
    this.code.memory('i32.load', this.#program.columns[column].offset + 4 * ahead);
  }

  /** Pushes an element of a column of places of cells. */
  loadPlace(column: ColumnId, index: Local): void {
    const { type, offset } = this.#program.columns[column];
    this.code.get(index);
    scale(this.code, COLUMN_BYTES[type]);
    this.code.memory(type === 'u16' ? 'i32.load16_u' : 'i32.load', offset);
  }

  #address(column: ColumnId, index: () => void): void {
    index();
    const start = this.#starts.get(column);
    if (start) {
      this.code.get(start);
      this.code.op('i32.add');
    }
    scale(this.code, 4);
  }

  store(column: ColumnId, index: () => void, value: () => void, ahead = 0): void {
    this.#address(column, index);
    value();
    this.code.memory('i32.store', this.#program.columns[column].offset + 4 * ahead);
  }
}

/** What `CalendarMemory` defines, as code. */
class PreEmitter {
  readonly #code: Code;
  readonly #domain: Pre;
  readonly #columns: Columns;
  readonly #program: Shared['program'];
  readonly #thread: ThreadLocals | null;

  constructor(code: Code, { program, team }: Shared, domain: Pre) {
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
    const [i, end, source, start, run, place, next] = Array.from({ length: 7 }, () => code.local('i32'));
    load(calendar.ends, () => code.i32(0), 1);
    code.set(next);
    eachSpike(this.#columns, { program: this.#program, thread: this.#thread, spikes }, i, end, () => {
      load(spikes.list, () => code.get(i));
      code.set(source);
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
          () => code.get(now),
        );
        this.#setNext(place, run, start);
        code.get(place);
        load(fanOut.runs, () => code.get(run));
        pushSteps(code, fanOut);
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

/** A function (source, start, end, and the first cell of the page where there are several) that carries out the events of one run. */
function emitRun(code: Code, shared: Shared, domain: Pre): void {
  const { program } = shared;
  const [pre, edge, end, page] = code.params;
  const [post, ahead] = [code.local('i32'), code.local('i32')];
  const pushPost = (synapse: Local): void => {
    pushTarget(code, program, domain.fanOut, synapse);
    if (domain.fanOut.pageBits === 0) return;
    code.get(page);
    code.op('i32.add');
  };
  const place: Place = (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge);
  const context = contextOf(code, shared);
  if (mayBeVectors(context, 'pre')) {
    const pushEdge = (lane: number): void => plus(code, edge, lane);
    const vectors = eventVectors(context, place, pushEdge, false);
    forVectors(code, { index: edge, end, vectors }, () =>
      vectors.each((lane) => {
        plus(code, edge, lane);
        code.set(ahead);
        pushPost(ahead);
      }),
    );
  }
  const event = prepareEvent(context, place);
  forRange(code, { index: edge, end }, () => {
    pushPost(edge);
    code.set(post);
    event();
  });
}

function addPost(assembler: ModuleAssembler, shared: Shared, { spikes, fanIn }: Post): FunctionRef {
  return assembler.function(shared.kernel.name, { params: parameters(shared.team), results: [] }, (code) => {
    const columns = new Columns(code, shared.program);
    const [i, last, post, k, end, pre, edge] = Array.from({ length: 7 }, () => code.local('i32'));
    const place: Place = (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge);
    const context = contextOf(code, shared);
    const event = prepareEvent(context, place);
    const edges = mayBeVectors(context, 'post') ? [0, 1, 2, 3].map(() => code.local('i32')) : [];
    const vectors = edges.length > 0 ? eventVectors(context, place, (lane) => code.get(edges[lane]), true) : null;
    const { thread } = context;
    const each = (body: () => void): void => {
      if (thread && fanIn.slices > 1) {
        setOwnSpikes(code, thread, shared.program, spikes, i, last);
        forRange(code, { index: i, end: last }, body);
      } else eachSpike(columns, { program: shared.program, thread, spikes }, i, last, body);
    };
    each(() => {
      columns.load(spikes.list, () => code.get(i));
      code.set(post);
      columns.load(fanIn.rows, () => code.get(post));
      code.set(k);
      columns.load(fanIn.rows, () => code.get(post), 1);
      code.set(end);
      if (vectors) {
        forVectors(code, { index: k, end, vectors }, () => {
          for (let lane = 0; lane < vectors.lanes; lane++) {
            columns.load(fanIn.synapses, () => code.get(k), lane);
            code.set(edges[lane]);
          }
          vectors.each(() => code.get(post));
        });
      }
      forRange(code, { index: k, end }, () => {
        columns.load(fanIn.synapses, () => code.get(k));
        code.set(edge);
        if (fanIn.sources !== null) {
          columns.loadPlace(fanIn.sources, k);
          code.set(pre);
        }
        event();
      });
    });
  });
}

/** All spikes of this step: of threads, part after part of the list. */
function eachSpike(
  columns: Columns,
  { program, thread, spikes }: { readonly program: Shared['program']; readonly thread: ThreadLocals | null; readonly spikes: SpikeList },
  i: Local,
  end: Local,
  body: () => void,
): void {
  const { code } = columns;
  if (!thread) {
    columns.load(spikes.count, () => code.i32(0));
    code.set(end);
    forRange(code, { index: i, end }, body);
    return;
  }
  const { plan } = thread;
  const slice = code.local('i32');
  const pushSlice = (): void => code.get(slice);
  forRange(code, { index: slice, end: plan.threads }, () => {
    pushSliceStart(code, plan, program.columns[spikes.list].length, pushSlice);
    code.tee(i);
    pushSpikeCount(code, plan, spikes.list, pushSlice);
    code.op('i32.add');
    code.set(end);
    forRange(code, { index: i, end }, body);
  });
}

function contextOf(code: Code, { program, kernel, random, team }: Shared): KernelContext {
  return { code, program, kernel, random, facts: analyse(kernel), thread: ownThread(code, team) };
}

/** What does not differ between events is computed here; the function that comes back emits one event. */
function prepareEvent(context: KernelContext, place: Place): () => void {
  const { kernel } = context;
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
