import { philoxWords, type WordSource } from '../core/rowDraws.ts';
import type { Calculation, Calculator } from '../ir/calculate.ts';
import type { ColumnId } from '../ir/expr.ts';
import { ColumnTable } from './columns.ts';

/** Blocks of words that a calculation draws together, at most. */
const AT_ONCE = 256;

/** After so many blocks it is worth while to have them drawn by a calculation. */
const MANY = 2 ** 14;

interface Drawing {
  readonly run: Calculation['run'];
  readonly rows: Uint32Array;
  readonly blocks: Uint32Array;
  readonly words: readonly Uint32Array[];
  readonly stream: Uint32Array;
  readonly count: Uint32Array;
}

/** The words of a rule's rows: the same ones, whoever draws them. */
export function rowWords(stream: number, seed: readonly [number, number], calculate: Calculator): WordSource {
  const one = philoxWords(stream, seed);
  let drawn = 0;
  let drawing: Drawing | undefined;
  return {
    drawWords: (out, row, block, blocks) => {
      drawn += blocks;
      if (blocks < 4 || drawn < MANY) {
        one.drawWords(out, row, block, blocks);
        return;
      }
      drawing ??= prepare(seed, calculate);
      for (let start = 0; start < blocks; start += AT_ONCE)
        drawBlocks(drawing, out.subarray(4 * start), row, block + start, Math.min(AT_ONCE, blocks - start), stream);
    },
  };
}

function drawBlocks(
  { run, rows, blocks, words: [w0, w1, w2, w3], stream, count }: Drawing,
  out: Uint32Array,
  row: number,
  block: number,
  n: number,
  of: number,
): void {
  stream[0] = of;
  count[0] = n;
  for (let i = 0; i < n; i++) {
    rows[i] = row;
    blocks[i] = block + i;
  }
  run();
  for (let i = 0, k = 0; i < n; i++, k += 4) {
    out[k] = w0[i];
    out[k + 1] = w1[i];
    out[k + 2] = w2[i];
    out[k + 3] = w3[i];
  }
}

function prepare(seed: readonly [number, number], calculate: Calculator): Drawing {
  const columns = new ColumnTable('f64');
  const declare = (name: string, length: number): ColumnId => columns.declare(name, 'u32', length, 'state');
  const [step, stream, count] = ['step', 'stream', 'count'].map((name) => declare(name, 1));
  const t = columns.declare('t', 'f64', 1, 'time');
  const [rows, blocks, zeros, a, b, c, d] = ['rows', 'blocks', 'zeros', 'word 0', 'word 1', 'word 2', 'word 3'].map((name) => declare(name, AT_ONCE));
  const { view, run } = calculate(
    {
      precision: 'f64',
      threads: 1,
      dt: 1,
      seed,
      ...columns.place(),
      clock: { step, t },
      kernels: [],
      schedule: { init: [{ kind: 'draw', counter: [rows, blocks, zeros], stream, block: 0, words: [a, b, c, d], count }], derive: [], step: [] },
      onDemand: new Map(),
      data: new Map(),
      fillings: [],
    },
    MANY,
  );
  const words = (id: ColumnId): Uint32Array => view(id) as Uint32Array;
  return { run, rows: words(rows), blocks: words(blocks), words: [a, b, c, d].map(words), stream: words(stream), count: words(count) };
}
