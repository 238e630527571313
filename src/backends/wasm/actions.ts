import { InternalError, unreachable } from '../../core/error.ts';
import { type CalendarOf, calendarsOf } from '../../ir/calendar.ts';
import { type Action, COLUMN_BYTES, type Column, type Program, type Sampler, type SpikeSampler } from '../../ir/program.ts';
import type { Code, FunctionRef, Local, ModuleAssembler } from './assembler.ts';
import { emitDelay } from './delayLine.ts';
import { forRange, scale } from './loops.ts';
import { wasmTypeOf } from './mode.ts';
import { emitDraw } from './philox.ts';

/** What `run` answers with, behind the number of steps done. */
export const RUN_ENDS = ['done', 'fault', 'full', 'crowded'] as const;
/** What `run` of several threads answers with besides: all is to be as it was before, and done again in epochs of one step. */
export const UNDO = RUN_ENDS.length;

/** Adds the functions that carry out schedules. */
export class ActionEmitter {
  readonly #assembler: ModuleAssembler;
  readonly #program: Program;
  readonly #kernels: ReadonlyMap<number, FunctionRef>;

  constructor(assembler: ModuleAssembler, program: Program, kernels: ReadonlyMap<number, FunctionRef>) {
    this.#assembler = assembler;
    this.#program = program;
    this.#kernels = kernels;
  }

  /** A function () that carries out a schedule without a clock. */
  schedule(name: string, actions: readonly Action[]): FunctionRef {
    return this.#assembler.function(name, { params: [], results: [] }, (code) => {
      const [step, fault] = [code.local('i32'), code.local('i32')];
      for (const action of actions) this.#act(code, action, step, fault);
    });
  }

  /** A function (steps) that answers with the number of steps done and the index in RUN_ENDS of why it came back. */
  run(actions: readonly Action[]): FunctionRef {
    const spikeSamplers = actions.flatMap((action) => (action.kind === 'sampleSpikes' ? [action.sampler] : []));
    const calendars = calendarsOf(this.#program);
    const end = (code: Code, done: Local, why: (typeof RUN_ENDS)[number]): void => {
      code.get(done);
      code.i32(RUN_ENDS.indexOf(why));
      code.return();
    };
    return this.#assembler.function('run', { params: ['i32'], results: ['i32', 'i32'] }, (code) => {
      const [done, step, fault] = [code.local('i32'), code.local('i32'), code.local('i32')];
      forRange(code, { index: done, end: code.params[0] }, () => {
        for (const sampler of spikeSamplers) {
          this.#pushIsFull(code, sampler);
          code.if(() => end(code, done, 'full'));
        }
        for (const calendar of calendars) {
          this.#pushIsCrowded(code, calendar);
          code.if(() => end(code, done, 'crowded'));
        }
        this.#pushScalar(code, this.#column(this.#program.clock.step));
        code.set(step);
        for (const action of actions) this.#act(code, action, step, fault);
        code.get(fault);
        code.if(() => {
          increment(code, done);
          end(code, done, 'fault');
        });
      });
      end(code, done, 'done');
    });
  }

  #column(id: number): Column {
    return this.#program.columns[id];
  }

  #act(code: Code, action: Action, step: Local, fault: Local): void {
    switch (action.kind) {
      case 'kernel': {
        const kernel = this.#kernels.get(action.kernel);
        if (!kernel) throw new InternalError(`kernel ${action.kernel} has no code`);
        whenDue(code, step, action.every, () => this.#kernel(code, kernel, fault));
        return;
      }
      case 'clear': {
        const { offset, padded, type } = this.#column(action.column);
        code.i32(offset);
        code.i32(0);
        code.i32(padded * COLUMN_BYTES[type]);
        code.fill();
        return;
      }
      case 'delay':
        code.get(step);
        code.call(this.#assembler.function('delay', { params: ['i32'], results: [] }, (body) => emitDelay(body, action, this.#program.columns)));
        return;
      case 'draw':
        code.call(this.#assembler.function('draw', { params: [], results: [] }, (body) => emitDraw(body, action, this.#program)));
        return;
      case 'advance':
        this.#advance(code, step);
        return;
      case 'sample':
        code.get(step);
        code.call(this.#assembler.function('sample', { params: ['i32'], results: [] }, (body) => this.#sample(body, action.sampler)));
        return;
      case 'sampleSpikes':
        code.get(step);
        code.call(this.#assembler.function('sampleSpikes', { params: ['i32'], results: [] }, (body) => this.#sampleSpikes(body, action.sampler)));
        return;
      default:
        unreachable(action);
    }
  }

  #kernel(code: Code, kernel: FunctionRef, fault: Local): void {
    code.call(kernel);
    if (kernel.results.length === 0) return;
    code.get(fault);
    code.op('i32.or');
    code.set(fault);
  }

  #advance(code: Code, step: Local): void {
    const { clock, dt } = this.#program;
    const next = (): void => {
      code.get(step);
      code.i32(1);
      code.op('i32.add');
    };
    code.i32(0);
    next();
    code.memory('i32.store', this.#column(clock.step).offset);
    code.i32(0);
    next();
    code.op('f64.convert_i32_u');
    code.f64(dt);
    code.op('f64.mul');
    code.memory('f64.store', this.#column(clock.t).offset);
  }

  /** Traps where the simulation has let the buffer fill up. */
  #sample(code: Code, sampler: Sampler): void {
    const [buffer, column] = [this.#column(sampler.buffer), this.#column(sampler.column)];
    const bytes = COLUMN_BYTES[column.type];
    const cursor = code.local('i32');
    pushIsBetween(code, code.params[0], sampler.every);
    code.if(() => code.return());
    this.#pushScalar(code, this.#column(sampler.cursor));
    code.tee(cursor);
    code.i32(sampler.capacity);
    code.op('i32.ge_u');
    code.if(() => code.unreachable());
    const pushStart = (): void => {
      code.get(cursor);
      code.i32(sampler.cellCount * bytes);
      code.op('i32.mul');
    };
    if (sampler.cells === null) {
      pushStart();
      code.i32(buffer.offset);
      code.op('i32.add');
      code.i32(column.offset);
      code.i32(sampler.cellCount * bytes);
      code.copy();
    } else this.#gatherSample(code, sampler.cellCount, this.#column(sampler.cells), column, buffer, pushStart);
    code.i32(0);
    increment(code, cursor);
    code.get(cursor);
    code.memory('i32.store', this.#column(sampler.cursor).offset);
  }

  #gatherSample(code: Code, count: number, cells: Column, column: Column, buffer: Column, pushStart: () => void): void {
    const [i, to] = [code.local('i32'), code.local('i32')];
    const type = wasmTypeOf(column);
    const bytes = COLUMN_BYTES[column.type];
    pushStart();
    code.set(to);
    forRange(code, { index: i, end: count }, () => {
      code.get(to);
      code.get(i);
      scale(code, 4);
      code.memory('i32.load', cells.offset);
      scale(code, bytes);
      code.memory(`${type}.load`, column.offset);
      code.memory(`${type}.store`, buffer.offset);
      code.get(to);
      code.i32(bytes);
      code.op('i32.add');
      code.set(to);
    });
  }

  #sampleSpikes(code: Code, sampler: SpikeSampler): void {
    const [list, buffer, cursorColumn] = [sampler.list, sampler.buffer, sampler.cursor].map((id) => this.#column(id));
    const [i, count, cursor] = [code.local('i32'), code.local('i32'), code.local('i32')];
    this.#pushScalar(code, this.#column(sampler.count));
    code.set(count);
    this.#pushScalar(code, cursorColumn);
    code.set(cursor);
    forRange(code, { index: i, end: count }, () => {
      code.get(cursor);
      scale(code, 8);
      code.get(i);
      scale(code, 4);
      code.memory('i32.load', list.offset);
      code.memory('i32.store', buffer.offset);
      code.get(cursor);
      scale(code, 8);
      code.get(code.params[0]);
      code.memory('i32.store', buffer.offset + 4);
      increment(code, cursor);
    });
    code.i32(0);
    code.get(cursor);
    code.memory('i32.store', cursorColumn.offset);
  }

  /** What `hasRoom` denies. */
  #pushIsCrowded(code: Code, { calendar }: CalendarOf): void {
    const { offset } = this.#column(calendar.ends);
    code.i32(0);
    code.memory('i32.load', offset + 4);
    code.i32(0);
    code.memory('i32.load', offset);
    code.op('i32.sub');
    code.i32(calendar.capacity - 32 - calendar.reserve);
    code.op('i32.gt_u');
  }

  #pushIsFull(code: Code, sampler: SpikeSampler): void {
    code.i32(sampler.capacity);
    this.#pushScalar(code, this.#column(sampler.cursor));
    code.op('i32.sub');
    code.i32(this.#column(sampler.list).length);
    code.op('i32.lt_s');
  }

  #pushScalar(code: Code, column: Column): void {
    code.i32(0);
    code.memory('i32.load', column.offset);
  }
}

/** Carries out `then` in those steps after which something is done that is done every so many steps. */
export function whenDue(code: Code, step: Local, every: number | undefined, then: () => void): void {
  if (every === undefined || every === 1) then();
  else {
    pushIsBetween(code, step, every);
    code.op('i32.eqz');
    code.if(then);
  }
}

/** Not 0 where a step is none of those after which something is done every so many steps. */
export function pushIsBetween(code: Code, step: Local, every: number): void {
  code.get(step);
  code.i32(1);
  code.op('i32.add');
  code.i32(every);
  code.op('i32.rem_u');
}

export function increment(code: Code, local: Local): void {
  code.get(local);
  code.i32(1);
  code.op('i32.add');
  code.set(local);
}
