import type { Code, FunctionRef, Local, ModuleAssembler } from './assembler.ts';

/** The functions that draw random words. */
export interface RandomFunctions {
  /** (block, step, stream, draw) to the four words of elements 4 * block to 4 * block + 3. */
  readonly block: FunctionRef;
  /** (element, step, stream, draw) to the element's word. */
  readonly word: FunctionRef;
}

/** Adds Philox4x32-10 (see core/rng.ts) under a seed. */
export function addRandomFunctions(assembler: ModuleAssembler, seed: readonly [number, number]): RandomFunctions {
  const params = ['i32', 'i32', 'i32', 'i32'] as const;
  const block = assembler.function('philox', { params, results: ['v128'] }, (code) => emitPhilox(code, seed));
  const word = assembler.function('randomWord', { params, results: ['i32'] }, (code) => emitWord(code, block));
  return { block, word };
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
