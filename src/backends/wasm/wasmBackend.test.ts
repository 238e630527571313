import { afterEach, describe, expect, it, vi } from 'vitest';
import { SpikeloomError } from '../../core/error.ts';
import type { ColumnId } from '../../ir/expr.ts';
import type { Column, Program } from '../../ir/program.ts';
import { emitModule, wasmBackend } from './index.ts';

function column(id: number, name: string, type: Column['type'], length = 1): Column {
  return { id: id as ColumnId, name, type, length, padded: Math.ceil(length / 4) * 4, offset: 64 * id };
}

const [STEP, T, X] = [0, 1, 2] as ColumnId[];

const EMPTY: Program = {
  precision: 'f32',
  threads: 1,
  dt: 0.5,
  seed: [1, 2],
  columns: [column(0, 'step', 'u32'), column(1, 't', 'f64'), column(2, 'x', 'f32', 3), column(3, 'buffer', 'f32', 6), column(4, 'cursor', 'u32')],
  bytes: 320,
  clock: { step: STEP, t: T },
  kernels: [],
  schedule: { init: [], derive: [], step: [{ kind: 'advance' }] },
  onDemand: new Map(),
  data: new Map([[X, [1, 2, 3]]]),
  fillings: [],
};

async function refusal(program: Program): Promise<string> {
  const error = await wasmBackend.load(program).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SpikeloomError);
  return `${(error as Error).name}: ${(error as Error).message}`;
}

describe('wasmBackend', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('writes the data of a program, counts steps and time', async () => {
    const executor = await wasmBackend.load(EMPTY);
    executor.init();
    expect(executor.run(7)).toEqual({ steps: 7, end: 'done' });
    expect([...executor.view(X)]).toEqual([1, 2, 3, 0]);
    expect([executor.view(STEP)[0], executor.view(T)[0]]).toEqual([7, 3.5]);
  });

  it('puts the data of a program over what fillings make', async () => {
    const buffer = 3 as ColumnId;
    const fill = (view: (id: ColumnId) => { fill(x: number): unknown }): void => {
      for (const id of [X, buffer]) view(id).fill(7);
    };
    const executor = await wasmBackend.load({ ...EMPTY, fillings: [{ columns: [X, buffer], fill }] });
    expect([X, buffer].map((id) => [...executor.view(id)])).toEqual([
      [1, 2, 3, 7],
      [7, 7, 7, 7, 7, 7, 7, 7],
    ]);
  });

  it('starts no threads where a filling finds a mistake', async () => {
    const startThread = vi.fn();
    const fill = (): never => {
      throw new Error('a mistake');
    };
    const program = { ...EMPTY, threads: 2, fillings: [{ columns: [X], fill }] };
    await expect(wasmBackend.load(program, { startThread, cores: 2 })).rejects.toThrow('a mistake');
    expect(startThread).not.toHaveBeenCalled();
  });

  it('shows each column as an array of its type', async () => {
    const executor = await wasmBackend.load(EMPTY);
    expect([STEP, T, X].map((id) => executor.view(id).constructor)).toEqual([Uint32Array, Float64Array, Float32Array]);
  });

  it('emits a module that any engine can compile', () => {
    expect(WebAssembly.validate(emitModule(EMPTY))).toBe(true);
  });

  it('does nothing after dispose', async () => {
    const executor = await wasmBackend.load(EMPTY);
    executor.dispose();
    expect(() => executor.run(1)).toThrow('an executor is used after dispose');
  });

  it('stops loudly where a buffer of samples is full', async () => {
    const [buffer, cursor] = [3, 4] as ColumnId[];
    const sampler = { column: X, cells: null, cellCount: 3, every: 1, buffer, cursor, capacity: 2 };
    const executor = await wasmBackend.load({ ...EMPTY, schedule: { ...EMPTY.schedule, step: [{ kind: 'sample', sampler }, { kind: 'advance' }] } });
    executor.run(2);
    expect([...executor.view(buffer)]).toEqual([1, 2, 3, 1, 2, 3, 0, 0]);
    expect(() => executor.run(1)).toThrow('a buffer of samples is full');
  });

  it('refuses a program that 32-bit addresses do not reach', async () => {
    expect(await refusal({ ...EMPTY, bytes: 5.5 * 2 ** 30 })).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the network needs 5.50 GiB of memory; the backend 'wasm' has at most 4 GiB
        in program
        Use fewer neurons, synapses or recorders, or a rule that makes fewer synapses than all-to-all."
    `);
  });

  it('refuses when the engine has no WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(await refusal(EMPTY)).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the backend 'wasm' needs WebAssembly with SIMD, which this JavaScript engine does not have
        Use a browser or Node of 2022 or later, or the backend 'js'."
    `);
  });

  it('refuses when the engine gives no memory', async () => {
    class Memory {
      constructor() {
        throw new RangeError('could not allocate memory');
      }
    }
    const { compile, instantiate, validate } = WebAssembly;
    vi.stubGlobal('WebAssembly', { compile, instantiate, validate, Memory });
    expect(await refusal(EMPTY)).toMatchInlineSnapshot(`
      "SpikeloomError [unsupported]: the backend 'wasm' could not get the 320 bytes of memory that the network needs
        in program
        Use fewer neurons, synapses or recorders."
    `);
  });
});
