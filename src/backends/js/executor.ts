import { InternalError, unreachable } from '../../core/error.ts';
import { type CalendarOf, calendarsOf, isCrowded } from '../../ir/calendar.ts';
import type { ColumnId } from '../../ir/expr.ts';
import { drawWords, interpretKernel } from '../../ir/interpret.ts';
import {
  type Action,
  COLUMN_ARRAYS,
  type Column,
  type ColumnArray,
  type DelayLine,
  fillColumns,
  type Program,
  type Sampler,
  type SpikeSampler,
} from '../../ir/program.ts';
import type { Executor, RunEnd } from '../backend.ts';
import { outOfMemory } from '../refuse.ts';

/** Carries out a program over one ArrayBuffer. */
export class JsExecutor implements Executor {
  readonly #program: Program;
  #columns: readonly ColumnArray[];
  readonly #kernels: readonly (() => boolean)[];
  readonly #spikeSamplers: readonly SpikeSampler[];
  readonly #calendars: readonly CalendarOf[];

  constructor(program: Program) {
    this.#program = program;
    const buffer = allocate(program);
    this.#columns = program.columns.map(({ type, offset, padded }: Column) => new COLUMN_ARRAYS[type](buffer, offset, padded));
    fillColumns(program, (column) => this.#columns[column]);
    const memory = { columns: this.#columns, step: program.clock.step, seed: program.seed };
    this.#kernels = program.kernels.map((kernel) => interpretKernel(kernel, memory));
    this.#spikeSamplers = program.schedule.step.flatMap((action) => (action.kind === 'sampleSpikes' ? [action.sampler] : []));
    this.#calendars = calendarsOf(program);
  }

  init(): void {
    this.#carryOut(this.#program.schedule.init);
    this.derive();
  }

  derive(): void {
    this.#carryOut(this.#program.schedule.derive);
  }

  call(name: string): void {
    const actions = this.#program.onDemand.get(name);
    if (!actions) throw new InternalError(`the program has nothing called '${name}'`);
    this.#carryOut(actions);
  }

  run(steps: number): { readonly steps: number; readonly end: RunEnd } {
    for (let done = 0; done < steps; done++) {
      if (this.#spikeSamplers.some((sampler) => this.#isFull(sampler))) return { steps: done, end: 'full' };
      if (this.#calendars.some((calendar) => isCrowded(calendar, this.#columns[calendar.calendar.ends]))) return { steps: done, end: 'crowded' };
      if (!this.#carryOut(this.#program.schedule.step)) return { steps: done + 1, end: 'fault' };
    }
    return { steps, end: 'done' };
  }

  view(column: ColumnId): ColumnArray {
    return this.#columns[column];
  }

  dispose(): void {
    this.#columns = [];
  }

  /** Carries out a whole schedule, also after a fault; answers false where a check failed. */
  #carryOut(actions: readonly Action[]): boolean {
    const step = this.#columns[this.#program.clock.step][0];
    let finite = true;
    for (const action of actions) finite = this.#act(action, step) && finite;
    return finite;
  }

  /** `step` is the step's number, also behind the action that advances the clock. */
  #act(action: Action, step: number): boolean {
    switch (action.kind) {
      case 'kernel':
        return (step + 1) % (action.every ?? 1) !== 0 || this.#kernels[action.kernel]();
      case 'clear':
        this.#columns[action.column].fill(0);
        return true;
      case 'delay':
        this.#delay(action, step);
        return true;
      case 'draw':
        drawWords(action, { columns: this.#columns, seed: this.#program.seed });
        return true;
      case 'advance':
        this.#columns[this.#program.clock.step][0] = step + 1;
        this.#columns[this.#program.clock.t][0] = (step + 1) * this.#program.dt;
        return true;
      case 'sample':
        if ((step + 1) % action.sampler.every === 0) this.#sample(action.sampler);
        return true;
      case 'sampleSpikes':
        this.#sampleSpikes(action.sampler, step);
        return true;
      default:
        return unreachable(action);
    }
  }

  #delay({ from, to, ring, begun, slots }: DelayLine, step: number): void {
    const { length } = this.#program.columns[from];
    const now = this.#columns[from].subarray(0, length);
    const past = this.#columns[ring];
    if (this.#columns[begun][0] === 0) {
      for (let slot = 0; slot < slots; slot++) past.set(now, slot * length);
      this.#columns[begun][0] = 1;
    }
    const place = (step % slots) * length;
    this.#columns[to].set(past.subarray(place, place + length));
    past.set(now, place);
  }

  #sample(sampler: Sampler): void {
    const cursor = this.#columns[sampler.cursor];
    if (cursor[0] >= sampler.capacity) throw new InternalError(`the buffer '${this.#program.columns[sampler.buffer].name}' is full`);
    const values = this.#columns[sampler.column];
    const buffer = this.#columns[sampler.buffer];
    const start = cursor[0] * sampler.cellCount;
    const cells = sampler.cells === null ? null : this.#columns[sampler.cells];
    for (let i = 0; i < sampler.cellCount; i++) buffer[start + i] = values[cells === null ? i : cells[i]];
    cursor[0]++;
  }

  #sampleSpikes(sampler: SpikeSampler, step: number): void {
    const [list, buffer, cursor] = [sampler.list, sampler.buffer, sampler.cursor].map((id) => this.#columns[id]);
    const count = this.#columns[sampler.count][0];
    for (let i = 0; i < count; i++) {
      const pair = 2 * cursor[0]++;
      buffer[pair] = list[i];
      buffer[pair + 1] = step;
    }
  }

  #isFull(sampler: SpikeSampler): boolean {
    return sampler.capacity - this.#columns[sampler.cursor][0] < this.#program.columns[sampler.list].length;
  }
}

function allocate(program: Program): ArrayBuffer {
  try {
    return new ArrayBuffer(program.bytes);
  } catch {
    throw outOfMemory('js', program);
  }
}
