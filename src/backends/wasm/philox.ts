import type { ColumnId } from '../../ir/expr.ts';
import type { Draw, Program } from '../../ir/program.ts';
import type { Code, FunctionRef, Local, ModuleAssembler } from './assembler.ts';
import { forRange, scale } from './loops.ts';

/** The functions that draw random words. */
export interface RandomFunctions {
  /** (block, step, stream, draw) to the four words of elements 4 * block to 4 * block + 3. */
  readonly block: FunctionRef;
  /** The same of four blocks, the first of which is given. */
  readonly blocks: FunctionRef;
  /** (element, step, stream, draw) to the element's word. */
  readonly word: FunctionRef;
}

/** Adds Philox4x32-10 (see core/rng.ts) under a seed. */
export function addRandomFunctions(assembler: ModuleAssembler, seed: readonly [number, number]): RandomFunctions {
  const params = ['i32', 'i32', 'i32', 'i32'] as const;
  const block = assembler.function('philox', { params, results: ['v128'] }, (code) => emitPhilox(code, seed));
  const blocks = assembler.function('philox4', { params, results: ['v128', 'v128', 'v128', 'v128'] }, (code) => emitPhilox4(code, seed));
  const word = assembler.function('randomWord', { params, results: ['i32'] }, (code) => emitWord(code, block));
  return { block, blocks, word };
}

function emitPhilox(code: Code, seed: readonly [number, number]): void {
  const counter = [...code.params];
  const products = [code.local('i64'), code.local('i64')];
  let [k0, k1] = seed;
  for (let round = 0; round < 10; round++) {
    product(code, counter[0], 0xd2511f53n, products[0]);
    product(code, counter[2], 0xcd9e8d57n, products[1]);
    mix(code, products[1], counter[1], k0, counter[0]);
    mix(code, products[0], counter[3], k1, counter[2]);
    low(code, products[1], counter[1]);
    low(code, products[0], counter[3]);
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  code.get(counter[0]);
  code.op('i32x4.splat');
  for (const lane of [1, 2, 3]) {
    code.get(counter[lane]);
    code.lane('i32x4.replace_lane', lane);
  }
}

/** Four counters side by side: lane i of each vector belongs to the i-th block. */
function emitPhilox4(code: Code, seed: readonly [number, number]): void {
  const counter = code.params.map((param, i) => {
    const words = code.local('v128');
    code.get(param);
    code.op('i32x4.splat');
    if (i === 0) {
      code.v128([0, 1, 2, 3]);
      code.op('i32x4.add');
    }
    code.set(words);
    return words;
  });
  const halves = counter.map(() => code.local('v128'));
  emitRounds(code, counter, halves, seed);
  const join = (from: readonly [Local, Local], lanes: readonly [number, number, number, number]): void => {
    for (const local of from) code.get(local);
    code.shuffle(lanes);
  };
  const [a, b, c, d] = counter;
  halves.forEach((half, i) => {
    join(i % 2 === 0 ? [a, b] : [c, d], i < 2 ? [0, 4, 1, 5] : [2, 6, 3, 7]);
    code.set(half);
  });
  for (let block = 0; block < 4; block++) {
    join(block < 2 ? [halves[0], halves[1]] : [halves[2], halves[3]], block % 2 === 0 ? [0, 1, 4, 5] : [2, 3, 6, 7]);
  }
}

/** The ten rounds on four counters side by side; the locals `spare` are free for it to use. */
function emitRounds(code: Code, counter: readonly Local[], spare: readonly Local[], seed: readonly [number, number]): void {
  const [low0, high0, low1, high1] = spare;
  let [k0, k1] = seed;
  for (let round = 0; round < 10; round++) {
    products(code, counter[0], 0xd2511f53, [low0, high0]);
    products(code, counter[2], 0xcd9e8d57, [low1, high1]);
    mixWords(code, [high1, counter[1]], k0, counter[0]);
    mixWords(code, [high0, counter[3]], k1, counter[2]);
    code.get(low1);
    code.set(counter[1]);
    code.get(low0);
    code.set(counter[3]);
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
}

/** The body of a function () that carries out a draw, four elements at a time. */
export function emitDraw(code: Code, { counter, stream, block, words, count }: Draw, { columns, seed }: Program): void {
  const [i, end] = [code.local('i32'), code.local('i32')];
  const lanes = [0, 1, 2, 3].map(() => code.local('v128'));
  const spare = lanes.map(() => code.local('v128'));
  const load = (id: ColumnId): void => {
    code.get(i);
    scale(code, 4);
    code.memory('v128.load', columns[id].offset);
  };
  code.i32(0);
  code.memory('i32.load', columns[count].offset);
  code.set(end);
  forRange(code, { index: i, end, step: 4 }, () => {
    load(counter[0]);
    code.set(lanes[0]);
    load(counter[1]);
    code.set(lanes[1]);
    code.i32(0);
    code.memory('i32.load', columns[stream].offset);
    code.op('i32x4.splat');
    code.set(lanes[2]);
    load(counter[2]);
    code.v128([block, block, block, block]);
    code.op('v128.or');
    code.set(lanes[3]);
    emitRounds(code, lanes, spare, seed);
    words.forEach((id, k) => {
      code.get(i);
      scale(code, 4);
      code.get(lanes[k]);
      code.memory('v128.store', columns[id].offset);
    });
  });
}

/** The lower and upper halves of words * factor. */
function products(code: Code, words: Local, factor: number, [low, high]: readonly [Local, Local]): void {
  for (const [op, to] of [
    ['i64x2.extmul_low_i32x4_u', low],
    ['i64x2.extmul_high_i32x4_u', high],
  ] as const) {
    code.get(words);
    code.v128([factor, factor, factor, factor]);
    code.op(op);
    code.set(to);
  }
  code.get(low);
  code.get(high);
  code.shuffle([0, 2, 4, 6]);
  code.get(low);
  code.get(high);
  code.shuffle([1, 3, 5, 7]);
  code.set(high);
  code.set(low);
}

/** result = all words ^ key. */
function mixWords(code: Code, words: readonly Local[], key: number, result: Local): void {
  code.v128([key, key, key, key]);
  for (const local of words) {
    code.get(local);
    code.op('v128.xor');
  }
  code.set(result);
}

/** result = word * factor, all 64 bits. */
function product(code: Code, word: Local, factor: bigint, result: Local): void {
  code.get(word);
  code.op('i64.extend_i32_u');
  code.i64(factor);
  code.op('i64.mul');
  code.set(result);
}

/** result = high half of the product ^ word ^ key. */
function mix(code: Code, factors: Local, word: Local, key: number, result: Local): void {
  code.get(factors);
  code.i64(32n);
  code.op('i64.shr_u');
  code.op('i32.wrap_i64');
  code.get(word);
  code.op('i32.xor');
  code.i32(key);
  code.op('i32.xor');
  code.set(result);
}

function low(code: Code, factors: Local, result: Local): void {
  code.get(factors);
  code.op('i32.wrap_i64');
  code.set(result);
}

function emitWord(code: Code, block: FunctionRef): void {
  const [element, ...rest] = code.params;
  const words = code.local('v128');
  code.get(element);
  code.i32(2);
  code.op('i32.shr_u');
  for (const param of rest) code.get(param);
  code.call(block);
  code.set(words);
  // Bit 1 picks between the pairs, bit 0 within one.
  pick(
    code,
    element,
    1,
    () =>
      pick(
        code,
        element,
        2,
        () => lane(3),
        () => lane(1),
      ),
    () =>
      pick(
        code,
        element,
        2,
        () => lane(2),
        () => lane(0),
      ),
  );

  function lane(number: number): void {
    code.get(words);
    code.lane('i32x4.extract_lane', number);
  }
}

/** One of two values by a bit of `element`. */
function pick(code: Code, element: Local, bit: number, set: () => void, clear: () => void): void {
  set();
  clear();
  code.get(element);
  code.i32(bit);
  code.op('i32.and');
  code.select();
}
