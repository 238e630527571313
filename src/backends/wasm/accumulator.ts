import type { Column } from '../../ir/program.ts';
import type { Code } from './assembler.ts';
import type { Mode } from './mode.ts';
import type { MemoryOpcode, Opcode } from './opcodes.ts';
import { promoteHigh } from './vectorModes.ts';

/** The sum of one target (or of one in each lane), kept in locals in the column's type. */
export interface Accumulator {
  load(): void;
  /** Adds a term of the kernel's precision, converted to the column's. */
  add(pushTerm: () => void): void;
  store(): void;
}

/** `pushAddress` pushes the address, less the column's offset, of the first target. */
export function newAccumulator(code: Code, mode: Mode, column: Column, pushAddress: () => void): Accumulator {
  if (mode.lanes === 1) return scalarAccumulator(code, mode, column, pushAddress);
  if (mode.lanes === 4 && column.type === 'f64') return splitAccumulator(code, column, pushAddress);
  return vectorAccumulator(code, mode, column, pushAddress);
}

function scalarAccumulator(code: Code, mode: Mode, column: Column, pushAddress: () => void): Accumulator {
  const type = column.type === 'f32' ? 'f32' : 'f64';
  const convert = type === mode.precision ? null : type === 'f32' ? 'f32.demote_f64' : 'f64.promote_f32';
  const sum = code.local(type);
  return {
    load: () => {
      pushAddress();
      code.memory(`${type}.load`, column.offset);
      code.set(sum);
    },
    add: (pushTerm) => {
      code.get(sum);
      pushTerm();
      if (convert) code.op(convert);
      code.op(`${type}.add`);
      code.set(sum);
    },
    store: () => {
      pushAddress();
      code.get(sum);
      code.memory(`${type}.store`, column.offset);
    },
  };
}

/** Four f32 lanes, two f64 lanes, or two f32 sums of f64 terms in the lower half. */
function vectorAccumulator(code: Code, mode: Mode, column: Column, pushAddress: () => void): Accumulator {
  const halved = mode.lanes === 2 && column.type === 'f32';
  const load: MemoryOpcode = halved ? 'v128.load64_zero' : 'v128.load';
  const add: Opcode = column.type === 'f32' ? 'f32x4.add' : 'f64x2.add';
  const sum = code.local('v128');
  return {
    load: () => {
      pushAddress();
      code.memory(load, column.offset);
      code.set(sum);
    },
    add: (pushTerm) => {
      code.get(sum);
      pushTerm();
      if (halved) code.op('f32x4.demote_f64x2_zero');
      code.op(add);
      code.set(sum);
    },
    store: () => {
      pushAddress();
      code.get(sum);
      if (halved) code.memoryLane('v128.store64_lane', column.offset, 0);
      else code.memory('v128.store', column.offset);
    },
  };
}

/** Four f64 sums of f32 terms. */
function splitAccumulator(code: Code, column: Column, pushAddress: () => void): Accumulator {
  const halves = [code.local('v128'), code.local('v128')];
  const term = code.local('v128');
  return {
    load: () =>
      halves.forEach((half, i) => {
        pushAddress();
        code.memory('v128.load', column.offset + 16 * i);
        code.set(half);
      }),
    add: (pushTerm) => {
      code.get(halves[0]);
      pushTerm();
      code.tee(term);
      code.op('f64x2.promote_low_f32x4');
      code.op('f64x2.add');
      code.set(halves[0]);
      code.get(halves[1]);
      promoteHigh(code, () => code.get(term));
      code.op('f64x2.add');
      code.set(halves[1]);
    },
    store: () =>
      halves.forEach((half, i) => {
        pushAddress();
        code.get(half);
        code.memory('v128.store', column.offset + 16 * i);
      }),
  };
}
