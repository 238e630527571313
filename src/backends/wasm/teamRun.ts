import { InternalError, unreachable } from '../../core/error.ts';
import { BLOCK } from '../../ir/blockSum.ts';
import { calendarsOf } from '../../ir/calendar.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Calendar } from '../../ir/kernel.ts';
import { type Action, COLUMN_BYTES, type Column, type Program, type SpikeSampler } from '../../ir/program.ts';
import { increment, RUN_ENDS, UNDO, whenDue } from './actions.ts';
import type { Code, FunctionRef, Local, ModuleAssembler } from './assembler.ts';
import { emitDelay } from './delayLine.ts';
import { EpochEmitter, setLesser } from './epochs.ts';
import { forRange, scale, setI32 } from './loops.ts';
import { divideAtSpikes, isUnsliced, type Piece, placeMeetings } from './meetings.ts';
import {
  byFirst,
  CROWDED,
  type EpochPlan,
  FAULT,
  MEETING,
  PENDING,
  pushLine,
  seenByThreads,
  setSlice,
  type TeamPlan,
  type ThreadLocals,
  threadLocals,
} from './team.ts';
import { TeamSamplers } from './teamSamplers.ts';
import { pushOnce } from './values.ts';

type End = (typeof RUN_ENDS)[number];

/** What one thread does in a run: the same steps as every other, each its own share of them. */
export class TeamRunEmitter {
  readonly #assembler: ModuleAssembler;
  readonly #original: Program;
  readonly #program: Program;
  readonly #plan: TeamPlan;
  readonly #kernels: ReadonlyMap<number, FunctionRef>;
  readonly #meet: FunctionRef;
  readonly #samplers: TeamSamplers;

  /** @param kernels of steps, as functions (thread) */
  constructor(assembler: ModuleAssembler, program: Program, plan: TeamPlan, kernels: ReadonlyMap<number, FunctionRef>, meet: FunctionRef) {
    this.#assembler = assembler;
    this.#original = program;
    this.#program = seenByThreads(program, plan);
    this.#plan = plan;
    this.#kernels = kernels;
    this.#meet = meet;
    this.#samplers = new TeamSamplers(program, plan);
  }

  /**
   * A function (steps, thread) like the one of a single thread. All threads end with the same answer: what ends a run is known to all
   * of them before the step is over in which it comes to pass.
   */
  run(): FunctionRef {
    const divided = this.#plan.epochs && divideAtSpikes(this.#original, this.#plan);
    return this.#plan.epochs && divided ? this.#runInEpochs(this.#plan.epochs, divided) : this.#runStepwise();
  }

  /** Threads meet wherever one needs what others may still change. */
  #runStepwise(): FunctionRef {
    const pieces = placeMeetings(this.#original, this.#plan);
    return this.#assembler.function('run', { params: ['i32', 'i32'], results: ['i32', 'i32'] }, (code) => {
      const [steps, number] = code.params;
      const thread = threadLocals(code, this.#plan, number);
      const [done, why, step, fault] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
      this.#copyOwn(code, thread, 'in');
      code.block((exit) => {
        const end = (reason: End): void => {
          setI32(code, why, RUN_ENDS.indexOf(reason));
          code.branch(exit);
        };
        forRange(code, { index: done, end: steps }, () => {
          for (const sampler of this.#spikeSamplers()) {
            this.#pushIsFull(code, thread, sampler);
            code.if(() => end('full'));
          }
          this.#load(code, thread, this.#program.clock.step);
          code.set(step);
          this.#tellCrowded(code, thread, step);
          for (const piece of pieces) this.#carryOut(code, thread, piece, step, fault);
          this.#hear(code, FAULT, step, () => {
            increment(code, done);
            end('fault');
          });
          if (calendarsOf(this.#program).length === 0) return;
          this.#hear(code, CROWDED, step, () => {
            increment(code, done);
            end('crowded');
          });
        });
      });
      this.#end(code, thread, [done, why]);
    });
  }

  /** Threads meet in the last step of an epoch, when cells have spiked. The last step of a run is that of an epoch. */
  #runInEpochs(epochs: EpochPlan, { before, behind }: { readonly before: readonly Piece[]; readonly behind: readonly Piece[] }): FunctionRef {
    const emitter = new EpochEmitter(this.#assembler, this.#program, this.#plan, epochs);
    const [log, tell, settle] = [emitter.log(), emitter.tell(), emitter.settle()];
    return this.#assembler.function('run', { params: ['i32', 'i32'], results: ['i32', 'i32'] }, (code) => {
      const [steps, number] = code.params;
      const thread = threadLocals(code, this.#plan, number);
      const [done, why, step, fault, first, length, i, half] = Array.from({ length: 8 }, () => code.local('i32'));
      const call = (f: FunctionRef, ...values: readonly Local[]): void => {
        for (const value of values) code.get(value);
        code.get(number);
        code.call(f);
      };
      this.#copyOwn(code, thread, 'in');
      code.block((exit) => {
        code.loop((again) => {
          code.get(done);
          code.get(steps);
          code.op('i32.eq');
          code.branchIf(exit);
          this.#setLength(code, thread, length, () => {
            code.get(steps);
            code.get(done);
            code.op('i32.sub');
          });
          code.get(length);
          code.op('i32.eqz');
          code.if(() => {
            setI32(code, why, RUN_ENDS.indexOf('full'));
            code.branch(exit);
          });
          this.#load(code, thread, this.#program.clock.step);
          code.set(first);
          setI32(code, i, 0);
          forRange(code, { index: i, end: length }, () => {
            const isLast = (): void => {
              code.get(i);
              code.i32(1);
              code.op('i32.add');
              code.get(length);
              code.op('i32.eq');
            };
            code.get(first);
            code.get(i);
            code.op('i32.add');
            code.set(step);
            for (const piece of before) this.#carryOut(code, thread, piece, step, fault);
            call(log, i, half);
            isLast();
            code.if(() => {
              call(tell, half);
              code.get(number);
              code.call(this.#meet);
              call(settle, first, length, half);
              code.tee(why);
              code.i32(UNDO);
              code.op('i32.eq');
              code.branchIf(exit);
            });
            for (const piece of behind) {
              if (piece.kind === 'action' && piece.action.kind === 'sampleSpikes') {
                const sample = emitter.sample(piece.action.sampler);
                isLast();
                code.if(() => call(sample, first, length, half));
              } else this.#carryOut(code, thread, piece, step, fault);
            }
          });
          pushLine(code, () => code.get(number));
          code.i32(0);
          code.memory('i32.store', this.#verdicts(PENDING));
          code.i32(1);
          code.get(half);
          code.op('i32.sub');
          code.set(half);
          code.get(done);
          code.get(length);
          code.op('i32.add');
          code.set(done);
          code.get(why);
          code.op('i32.eqz');
          code.branchIf(again);
        });
      });
      this.#end(code, thread, [done, why]);
    });
  }

  /** When all have come so far, the host sees what each has of its own as the first has it. */
  #end(code: Code, thread: ThreadLocals, answer: readonly Local[]): void {
    code.get(thread.thread);
    code.call(this.#meet);
    byFirst(code, thread, () => this.#copyOwn(code, thread, 'out'));
    for (const value of answer) code.get(value);
  }

  /** Sets how many steps the next epoch has: as many as are left, as the host allows, and as buffers of spikes have room for. */
  #setLength(code: Code, thread: ThreadLocals, length: Local, pushLeft: () => void): void {
    const other = code.local('i32');
    const least = (push: () => void): void => {
      push();
      code.set(other);
      setLesser(code, length, other);
    };
    pushLeft();
    code.set(length);
    least(() => {
      code.i32(0);
      code.memory('i32.load', this.#plan.meeting + MEETING.longest);
    });
    for (const sampler of this.#spikeSamplers()) {
      least(() => {
        code.i32(sampler.capacity);
        this.#load(code, thread, sampler.cursor);
        code.op('i32.sub');
        code.i32(this.#column(sampler.list).length);
        code.op('i32.div_u');
      });
    }
  }

  #spikeSamplers(): SpikeSampler[] {
    return this.#program.schedule.step.flatMap((action) => (action.kind === 'sampleSpikes' ? [action.sampler] : []));
  }

  #column(id: ColumnId): Column {
    return this.#program.columns[id];
  }

  #load(code: Code, thread: ThreadLocals, id: ColumnId): void {
    const column = this.#column(id);
    pushOnce({ code, thread }, column);
    code.memory('i32.load', column.offset);
  }

  /** Between what a thread has of its own and what the host sees. */
  #copyOwn(code: Code, { area }: ThreadLocals, way: 'in' | 'out'): void {
    for (const [id, offset] of this.#plan.own.offsets) {
      const { type, offset: shared } = this.#original.columns[id];
      const pushOwn = (): void => {
        code.get(area);
        code.i32(offset);
        code.op('i32.add');
      };
      if (way === 'in') pushOwn();
      code.i32(shared);
      if (way === 'out') pushOwn();
      code.i32(COLUMN_BYTES[type]);
      code.copy();
    }
  }

  /** Writes down, on the thread's line, in which step something was found. */
  #tell(code: Code, { thread }: ThreadLocals, what: number, step: Local): void {
    pushLine(code, () => code.get(thread));
    code.get(step);
    code.i32(1);
    code.op('i32.add');
    code.memory('i32.store', this.#verdicts(what));
  }

  #verdicts(what: number): number {
    return this.#plan.meeting + MEETING.lines + what;
  }

  /** Carries out `then` where any thread has found it in this step. */
  #hear(code: Code, what: number, step: Local, then: () => void): void {
    const [i, found] = [code.local('i32'), code.local('i32')];
    setI32(code, i, 0);
    setI32(code, found, 0);
    forRange(code, { index: i, end: this.#plan.threads }, () => {
      pushLine(code, () => code.get(i));
      code.memory('i32.load', this.#verdicts(what));
      code.get(step);
      code.i32(1);
      code.op('i32.add');
      code.op('i32.eq');
      code.get(found);
      code.op('i32.or');
      code.set(found);
    });
    code.get(found);
    code.if(then);
  }

  #tellCrowded(code: Code, thread: ThreadLocals, step: Local): void {
    for (const { calendar, fanOut } of calendarsOf(this.#program)) {
      this.#pushIsCrowded(code, calendar, fanOut.slices === 1 ? null : thread);
      code.if(() => this.#tell(code, thread, CROWDED, step));
    }
  }

  /** What `hasRoom` denies. */
  #pushIsCrowded(code: Code, calendar: Calendar, thread: ThreadLocals | null): void {
    const { offset } = this.#column(calendar.ends);
    const pushEnds = (): void => {
      if (thread) code.get(thread.thread);
      else code.i32(0);
      scale(code, 8);
    };
    pushEnds();
    code.memory('i32.load', offset + 4);
    pushEnds();
    code.memory('i32.load', offset);
    code.op('i32.sub');
    code.i32(calendar.capacity - 32 - calendar.reserve);
    code.op('i32.gt_u');
  }

  #pushIsFull(code: Code, thread: ThreadLocals, sampler: SpikeSampler): void {
    code.i32(sampler.capacity);
    this.#load(code, thread, sampler.cursor);
    code.op('i32.sub');
    code.i32(this.#column(sampler.list).length);
    code.op('i32.lt_s');
  }

  #carryOut(code: Code, thread: ThreadLocals, piece: Piece, step: Local, fault: Local): void {
    switch (piece.kind) {
      case 'action':
        this.#act(code, thread, piece.action, step, fault);
        return;
      case 'add up': {
        const addUp = this.#assembler.function('addUp', { params: ['i32'], results: [] }, (body) => this.#addUp(body, piece.column, piece.count));
        whenDue(code, step, piece.every, () => {
          code.get(thread.thread);
          code.call(addUp);
        });
        return;
      }
      case 'meet':
        code.get(thread.thread);
        code.call(this.#meet);
        return;
      default:
        unreachable(piece);
    }
  }

  #act(code: Code, thread: ThreadLocals, action: Action, step: Local, fault: Local): void {
    const call = (name: string, body: (code: Code, thread: ThreadLocals, step: Local) => void): void => {
      const f = this.#assembler.function(name, { params: ['i32', 'i32'], results: [] }, (own) =>
        body(own, threadLocals(own, this.#plan, own.params[1]), own.params[0]),
      );
      code.get(step);
      code.get(thread.thread);
      code.call(f);
    };
    switch (action.kind) {
      case 'kernel':
        whenDue(code, step, action.every, () => this.#kernel(code, thread, action.kernel, step, fault));
        return;
      case 'clear':
        this.#clear(code, thread, this.#column(action.column));
        return;
      case 'delay':
        call('delay', (own, by) => byFirst(own, by, () => emitDelay(own, action, this.#program.columns)));
        return;
      case 'draw':
        throw new InternalError('words are drawn before steps');
      case 'advance':
        this.#advance(code, thread, step);
        return;
      case 'sample':
        call('sample', (own, by, at) => this.#samplers.sample(own, by, action.sampler, at));
        return;
      case 'sampleSpikes':
        call('sampleSpikes', (own, by, at) => this.#samplers.sampleSpikes(own, by, action.sampler, at));
        return;
      default:
        unreachable(action);
    }
  }

  #kernel(code: Code, thread: ThreadLocals, index: number, step: Local, fault: Local): void {
    const kernel = this.#kernels.get(index);
    if (!kernel) throw new InternalError(`kernel ${index} has no code`);
    const call = (): void => {
      code.get(thread.thread);
      code.call(kernel);
    };
    if (!this.#isForAll(index)) {
      code.get(thread.thread);
      code.op('i32.eqz');
      code.if(call);
      return;
    }
    call();
    if (kernel.results.length === 0) return;
    code.tee(fault);
    code.if(() => this.#tell(code, thread, FAULT, step));
  }

  /** Whether every thread has its share in a kernel; else it is the first one's alone. */
  #isForAll(index: number): boolean {
    const { domain, body } = this.#program.kernels[index];
    if (domain.kind === 'once') return body.every((s) => s.kind === 'store' && this.#plan.own.offsets.has(s.column));
    return !isUnsliced(domain);
  }

  #clear(code: Code, thread: ThreadLocals, { offset, padded, length, type }: Column): void {
    const [start, end] = [code.local('i32'), code.local('i32')];
    const bytes = COLUMN_BYTES[type];
    // What pads a column belongs to the last slice that has cells.
    setSlice(code, thread, length, [start, end]);
    code.get(end);
    code.i32(length);
    code.op('i32.eq');
    code.if(() => setI32(code, end, padded));
    code.get(start);
    scale(code, bytes);
    code.i32(offset);
    code.op('i32.add');
    code.i32(0);
    code.get(end);
    code.get(start);
    code.op('i32.sub');
    scale(code, bytes);
    code.fill();
  }

  #advance(code: Code, thread: ThreadLocals, step: Local): void {
    const { clock, dt } = this.#program;
    const next = (): void => {
      code.get(step);
      code.i32(1);
      code.op('i32.add');
    };
    pushOnce({ code, thread }, this.#column(clock.step));
    next();
    code.memory('i32.store', this.#column(clock.step).offset);
    pushOnce({ code, thread }, this.#column(clock.t));
    next();
    code.op('f64.convert_i32_u');
    code.f64(dt);
    code.op('f64.mul');
    code.memory('f64.store', this.#column(clock.t).offset);
  }

  /** From 0, block after block, as one thread does. */
  #addUp(code: Code, id: ColumnId, count: number): void {
    const thread = threadLocals(code, this.#plan, code.params[0]);
    const [i, sum] = [code.local('i32'), code.local('f64')];
    forRange(code, { index: i, end: Math.ceil(count / BLOCK) }, () => {
      code.get(sum);
      code.get(i);
      scale(code, 8);
      code.memory('f64.load', this.#plan.blocks.get(id) ?? 0);
      code.op('f64.add');
      code.set(sum);
    });
    const store = (): void => {
      const column = this.#column(id);
      pushOnce({ code, thread }, column);
      code.get(sum);
      code.memory('f64.store', column.offset);
    };
    if (this.#plan.own.offsets.has(id)) store();
    else byFirst(code, thread, store);
  }
}
