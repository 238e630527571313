import type { Code, Local } from './assembler.ts';

export interface Range {
  /** Counts on from the value that it has. */
  readonly index: Local;
  /** Where it ends: unsigned. */
  readonly end: number | Local;
  /** 1 if not given. */
  readonly step?: number;
}

/** Repeats `body` while the index is below the end. */
export function forRange(code: Code, { index, end, step = 1 }: Range, body: () => void): void {
  const pushEnd = (): void => (typeof end === 'number' ? code.i32(end) : code.get(end));
  code.block((exit) => {
    code.get(index);
    pushEnd();
    code.op('i32.ge_u');
    code.branchIf(exit);
    code.loop((again) => {
      body();
      code.get(index);
      code.i32(step);
      code.op('i32.add');
      code.tee(index);
      pushEnd();
      code.op('i32.lt_u');
      code.branchIf(again);
    });
  });
}

/** Sets a local to a constant. */
export function setI32(code: Code, local: Local, value: number): void {
  code.i32(value);
  code.set(local);
}

/** Multiplies the index on the stack by a size in bytes: a power of two. */
export function scale(code: Code, bytes: number): void {
  code.i32(Math.log2(bytes));
  code.op('i32.shl');
}
