import { KernelBuilder } from '../../src/ir/build.ts';
import { expand } from '../../src/ir/expand.ts';
import type { ColumnId, Precision } from '../../src/ir/expr.ts';
import type { Domain, Kernel } from '../../src/ir/kernel.ts';
import { type Action, COLUMN_BYTES, type Column, type ColumnType, type Program } from '../../src/ir/program.ts';

/** Puts programs of few kernels together; without a schedule, a step carries out all kernels and advances. */
export class ProgramBuilder {
  readonly #columns: Column[] = [];
  readonly #data = new Map<ColumnId, ArrayLike<number>>();
  readonly #kernels: Kernel[] = [];
  readonly step: ColumnId;
  readonly t: ColumnId;
  #bytes = 0;

  constructor() {
    this.step = this.column('step', 'u32', 1);
    this.t = this.column('t', 'f64', 1);
  }

  column(name: string, type: ColumnType, data: number | ArrayLike<number>): ColumnId {
    const length = typeof data === 'number' ? data : data.length;
    const id = this.#columns.length as ColumnId;
    const padded = Math.max(4, Math.ceil(length / 4) * 4);
    this.#columns.push({ id, name, type, length, padded, offset: this.#bytes });
    this.#bytes += Math.ceil((padded * COLUMN_BYTES[type]) / 64) * 64;
    if (typeof data !== 'number') this.#data.set(id, data);
    return id;
  }

  kernel(name: string, precision: Precision, domain: Domain, write: (k: KernelBuilder) => void): Extract<Action, { kind: 'kernel' }> {
    const k = new KernelBuilder(precision);
    write(k);
    this.#kernels.push(expand(k.finish(name, domain)));
    return { kind: 'kernel', kernel: this.#kernels.length - 1 };
  }

  finish(schedule: Partial<Program['schedule']> = {}, threads = 1): Program {
    const kernels: Action[] = this.#kernels.map((_, kernel) => ({ kind: 'kernel', kernel }));
    return {
      precision: 'f32',
      threads,
      dt: 0.1,
      seed: [0x12345678, 0x9abcdef0],
      columns: this.#columns,
      bytes: this.#bytes,
      clock: { step: this.step, t: this.t },
      kernels: this.#kernels,
      schedule: { init: [], derive: [], step: [...kernels, { kind: 'advance' }], ...schedule },
      onDemand: new Map(),
      data: this.#data,
      fillings: [],
    };
  }
}
