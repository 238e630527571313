import { describe, expect, it } from 'vitest';
import { InternalError } from '../../core/error.ts';
import { type Code, type FunctionType, type Label, type Local, ModuleAssembler } from './assembler.ts';
import { LANE_OPCODES, type LaneOpcode, MEMORY_OPCODES, type MemoryOpcode, OPCODES, type Opcode, parseSignature } from './opcodes.ts';

type Exported = (...args: (number | bigint)[]) => unknown;

function assemble(type: FunctionType, body: (code: Code, assembler: ModuleAssembler) => void): { run: Exported; memory: WebAssembly.Memory } {
  const assembler = new ModuleAssembler(1, false);
  assembler.export(
    'run',
    assembler.function('run', type, (code) => body(code, assembler)),
  );
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assembler.finish()), { env: { memory } });
  return { run: instance.exports.run as Exported, memory };
}

function run(type: FunctionType, args: (number | bigint)[], body: (code: Code, assembler: ModuleAssembler) => void): unknown {
  return assemble(type, body).run(...args);
}

const NOTHING: FunctionType = { params: [], results: [] };

describe('what was assembled', () => {
  it.each([0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)])('gives back the constant %d', (value) => {
    expect(run({ params: [], results: ['i32'] }, [], (code) => code.i32(value))).toBe(value);
    expect(run({ params: [], results: ['i64'] }, [], (code) => code.i64(BigInt(value) * 2n ** 32n))).toBe(BigInt(value) * 2n ** 32n);
    expect(run({ params: [], results: ['f64'] }, [], (code) => code.f64(value / 3))).toBe(value / 3);
    expect(run({ params: [], results: ['f32'] }, [], (code) => code.f32(value / 3))).toBe(Math.fround(value / 3));
  });

  it('takes u32 constants as what they are', () => {
    expect(run({ params: [], results: ['i32'] }, [], (code) => code.i32(0xffffffff))).toBe(-1);
    expect(run({ params: [], results: ['i64'] }, [], (code) => code.i64(2n ** 64n - 1n))).toBe(-1n);
  });

  it('loops and branches', () => {
    const sum = run({ params: ['i32'], results: ['i32'] }, [10], (code) => {
      const [n] = code.params;
      const total = code.local('i32');
      code.block((exit) =>
        code.loop((again) => {
          code.get(n);
          code.op('i32.eqz');
          code.branchIf(exit);
          code.get(total);
          code.get(n);
          code.op('i32.add');
          code.set(total);
          code.get(n);
          code.i32(1);
          code.op('i32.sub');
          code.set(n);
          code.branch(again);
        }),
      );
      code.get(total);
    });
    expect(sum).toBe(55);
  });

  it('keeps locals of all types apart, and calls', () => {
    const type: FunctionType = { params: ['f32', 'f64'], results: ['f64', 'i32'] };
    const result = run(type, [1.5, 2.25], (code, assembler) => {
      const add = assembler.function('add', { params: ['f64', 'f64'], results: ['f64'] }, (inner) => {
        for (const param of inner.params) inner.get(param);
        inner.op('f64.add');
      });
      const [i, v, d, j] = [code.local('i32'), code.local('v128'), code.local('f64'), code.local('i32')];
      code.i32(3);
      code.set(i);
      code.i32(4);
      code.set(j);
      code.v128([5, 6, 7, 8]);
      code.set(v);
      code.get(code.params[0]);
      code.op('f64.promote_f32');
      code.get(code.params[1]);
      code.call(add);
      code.tee(d);
      code.get(i);
      code.get(v);
      code.lane('i32x4.extract_lane', 2);
      code.op('i32.add');
      code.get(j);
      code.op('i32.mul');
    });
    expect(result).toEqual([3.75, 40]);
  });

  it('returns from within', () => {
    const { run: sign } = assemble({ params: ['i32'], results: ['i32'] }, (code) => {
      code.get(code.params[0]);
      code.if(() => {
        code.i32(7);
        code.return();
      });
      code.i32(8);
    });
    expect([sign(1), sign(0)]).toEqual([7, 8]);
  });

  it('picks, drops and traps', () => {
    const { run: pick } = assemble({ params: ['i32'], results: ['f32'] }, (code) => {
      code.f32(9);
      code.drop();
      code.f32(1);
      code.f32(2);
      code.get(code.params[0]);
      code.select();
    });
    expect([pick(1), pick(0)]).toEqual([1, 2]);
    expect(() => run(NOTHING, [], (code) => code.unreachable())).toThrow(WebAssembly.RuntimeError);
  });

  it('moves memory', () => {
    const { run: move, memory } = assemble(NOTHING, (code) => {
      code.i32(32);
      code.v128([1, 2, 3, 4]);
      code.v128([5, 6, 7, 8]);
      code.shuffle([0, 5, 3, 6]);
      code.memory('v128.store', 16);
      code.i32(300);
      code.i32(48);
      code.i32(12);
      code.copy();
      code.i32(400);
      code.i32(255);
      code.i32(4);
      code.fill();
      code.i32(500);
      code.v128([9, 8, 7, 6]);
      code.memoryLane('v128.store64_lane', 4, 1);
    });
    move();
    const words = new Uint32Array(memory.buffer);
    expect([...words.subarray(12, 16)]).toEqual([1, 6, 4, 7]);
    expect([...words.subarray(75, 79)]).toEqual([1, 6, 4, 0]);
    expect([...words.subarray(100, 102)]).toEqual([0xffffffff, 0]);
    expect([...words.subarray(126, 129)]).toEqual([7, 6, 0]);
  });

  it('imports memory that is shared', () => {
    const bytes = new ModuleAssembler(2, true).finish();
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    expect(() => new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })).not.toThrow();
  });

  it.each(Object.keys(OPCODES) as Opcode[])('%s has the types that the engine gives it', (name) => {
    const { takes, leaves } = parseSignature(OPCODES[name][1]);
    expect(isValid({ params: takes, results: leaves }, (code) => code.op(name))).toBe(true);
  });

  it.each(Object.keys(LANE_OPCODES) as LaneOpcode[])('%s has the types that the engine gives it', (name) => {
    const { takes, leaves } = parseSignature(LANE_OPCODES[name][1]);
    expect(isValid({ params: takes, results: leaves }, (code) => code.lane(name, 1))).toBe(true);
  });

  it.each(Object.keys(MEMORY_OPCODES) as MemoryOpcode[])('%s has the types that the engine gives it', (name) => {
    const { takes, leaves } = parseSignature(MEMORY_OPCODES[name][1]);
    expect(isValid({ params: takes, results: leaves }, (code) => code.memory(name, 300))).toBe(true);
  });
});

function isValid(type: FunctionType, body: (code: Code) => void): boolean {
  const assembler = new ModuleAssembler(1, false);
  assembler.function('valid', type, (code) => {
    for (const param of code.params) code.get(param);
    body(code);
  });
  return WebAssembly.validate(assembler.finish());
}

/** The message with which the assembler refuses what `body` emits in a function of no arguments and results. */
function refusal(body: (code: Code, assembler: ModuleAssembler) => void): string {
  try {
    const assembler = new ModuleAssembler(1, false);
    assembler.function('f', NOTHING, (code) => body(code, assembler));
    assembler.finish();
  } catch (error) {
    expect(error).toBeInstanceOf(InternalError);
    return (error as Error).message.replace('. This is a fault in spikeloom, please report it.', '');
  }
  return 'none';
}

describe('what is not valid is refused where it is emitted', () => {
  const cases: [string, (code: Code, assembler: ModuleAssembler) => void][] = [
    [
      'i32.add in f takes (i32, i32), finds (i32, f32)',
      (code) => {
        code.i32(1);
        code.f32(1);
        code.op('i32.add');
      },
    ],
    [
      'f32.neg in f takes (f32), finds ()',
      (code) => {
        code.f32(1);
        code.block(() => code.op('f32.neg'));
      },
    ],
    ['local 0 in f takes (i32), finds ()', (code) => code.set(code.local('i32'))],
    ['end in f finds f64 left over', (code) => code.f64(1)],
    ['end of block in f finds f64 left over', (code) => code.block(() => code.f64(1))],
    [
      'i32.const in f can never be reached',
      (code) => {
        code.return();
        code.i32(1);
      },
    ],
    [
      'br in f leaves a block that is not open',
      (code) => {
        const labels: Label[] = [];
        code.block((end) => labels.push(end));
        code.branch(labels[0]);
      },
    ],
    [
      'local 0 belongs to g, not f',
      (code, assembler) => {
        const locals: Local[] = [];
        assembler.function('g', NOTHING, (other) => locals.push(other.local('i32')));
        code.get(locals[0]);
      },
    ],
    [
      'f64x2.extract_lane has no lane 2',
      (code) => {
        code.v128([0, 0, 0, 0]);
        code.lane('f64x2.extract_lane', 2);
      },
    ],
    [
      'select in f takes (f32, f32, i32), finds (f64, f32, i32)',
      (code) => {
        code.f64(1);
        code.f32(1);
        code.i32(1);
        code.select();
      },
    ],
    ['select in f finds too few operands', (code) => code.select()],
    ['drop in f finds no operand', (code) => code.drop()],
  ];
  it.each(cases)('%s', (message, body) => {
    expect(refusal(body)).toBe(message);
  });
});
