import { COLUMN_BYTES, type Column, type DelayLine } from '../../ir/program.ts';
import type { Code } from './assembler.ts';
import { forRange } from './loops.ts';

/** The body of a function (step) that hands out the past values of a delay line and keeps those of now. */
export function emitDelay(code: Code, line: DelayLine, columns: readonly Column[]): void {
  const [from, to, ring, begun] = [line.from, line.to, line.ring, line.begun].map((id) => columns[id]);
  const bytes = from.length * COLUMN_BYTES[from.type];
  const [slot, place] = [code.local('i32'), code.local('i32')];
  const setPlace = (pushSlot: () => void): void => {
    pushSlot();
    code.i32(bytes);
    code.op('i32.mul');
    code.i32(ring.offset);
    code.op('i32.add');
    code.set(place);
  };
  const copy = (pushTo: () => void, pushFrom: () => void): void => {
    pushTo();
    pushFrom();
    code.i32(bytes);
    code.copy();
  };
  const keepNow = (): void =>
    copy(
      () => code.get(place),
      () => code.i32(from.offset),
    );
  code.i32(0);
  code.memory('i32.load', begun.offset);
  code.op('i32.eqz');
  code.if(() => {
    forRange(code, { index: slot, end: line.slots }, () => {
      setPlace(() => code.get(slot));
      keepNow();
    });
    code.i32(0);
    code.i32(1);
    code.memory('i32.store', begun.offset);
  });
  setPlace(() => {
    code.get(code.params[0]);
    code.i32(line.slots);
    code.op('i32.rem_u');
  });
  copy(
    () => code.i32(to.offset),
    () => code.get(place),
  );
  keepNow();
}
