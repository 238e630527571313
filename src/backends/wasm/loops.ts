import type { Code, Local } from './assembler.ts';

/** Repeats `body` while `index`, which keeps the value that it has, is below what `end` pushes; `step` is added each time. */
export function forRange(code: Code, index: Local, end: () => void, step: number, body: () => void): void {
  code.block((exit) => {
    code.get(index);
    end();
    code.op('i32.ge_u');
    code.branchIf(exit);
    code.loop((again) => {
      body();
      code.get(index);
      code.i32(step);
      code.op('i32.add');
      code.tee(index);
      end();
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
