import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { coupledIzhikevich } from '../../../examples/coupledIzhikevich.ts';
import { hodgkinHuxleyNeurotransmission } from '../../../examples/hodgkinHuxleyNeurotransmission.ts';
import { interactingLattices } from '../../../examples/interactingLattices.ts';
import { compileNetwork } from '../../compile/compile.ts';
import { ModuleAssembler } from './assembler.ts';
import { emitModule } from './emit.ts';
import { printWat } from './wat.ts';

const { parseWat } = await wabt();

/** Assembled by somebody else's assembler. */
function assembled(text: string): Uint8Array {
  const module = parseWat('module.wat', text, { simd: true, bulk_memory: true, threads: true, multi_value: true });
  module.validate();
  return module.toBinary({}).buffer;
}

/** A module without the names of its functions, which are its last section. */
function nameless(bytes: Uint8Array): number[] {
  let at = 8;
  while (bytes[at] !== 0) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      length |= (bytes[++at] & 0x7f) << shift;
      if (bytes[at] < 0x80) break;
    }
    at += length + 1;
  }
  return [...bytes.slice(0, at)];
}

describe('a module as text', () => {
  it.each([
    ['gap junctions', coupledIzhikevich()],
    ['channels and neurotransmission', hodgkinHuxleyNeurotransmission()],
    ['random initial values and dense synapses', interactingLattices()],
  ])('is assembled to the same code: %s', (_, network) => {
    for (const precision of ['f32', 'f64'] as const) {
      const bytes = emitModule(compileNetwork(network.def, precision).program);
      expect([...assembled(printWat(bytes))]).toEqual(nameless(bytes));
    }
  });

  it('keeps every kind of constant, nested blocks and names that are no identifiers', () => {
    const assembler = new ModuleAssembler(3, false);
    const helper = assembler.function('first "helper"', { params: ['f64'], results: ['f64'] }, (code) => code.get(code.params[0]));
    assembler.export(
      'main',
      assembler.function('first (helper)', { params: ['i32'], results: [] }, (code) => {
        for (const value of [0, -0, 0.1, -1.5e-300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
          code.f64(value);
          code.call(helper);
          code.drop();
          code.f32(value);
          code.drop();
        }
        code.i64(-(2n ** 63n));
        code.drop();
        code.loop((start) => {
          code.get(code.params[0]);
          code.if(() => code.branch(start));
        });
      }),
    );
    const bytes = assembler.finish();
    const text = printWat(bytes);
    expect(text).toMatchInlineSnapshot(`
      "(module
        (import "env" "memory" (memory 3 3))

        ;; first "helper"
        (func $first__helper_ (param f64) (result f64)
          local.get 0
        )

        ;; first (helper)
        (func $first__helper_:2 (param i32)
          f64.const 0
          call $first__helper_
          drop
          f32.const 0
          drop
          f64.const -0
          call $first__helper_
          drop
          f32.const -0
          drop
          f64.const 0.1
          call $first__helper_
          drop
          f32.const 0.10000000149011612
          drop
          f64.const -1.5e-300
          call $first__helper_
          drop
          f32.const -0
          drop
          f64.const inf
          call $first__helper_
          drop
          f32.const inf
          drop
          f64.const -inf
          call $first__helper_
          drop
          f32.const -inf
          drop
          f64.const nan:0x8000000000000
          call $first__helper_
          drop
          f32.const nan:0x400000
          drop
          i64.const -9223372036854775808
          drop
          loop
            local.get 0
            if
              br 1
            end
          end
        )
        (export "main" (func $first__helper_:2))
      )
      "
    `);
    expect([...assembled(text)]).toEqual(nameless(bytes));
  });
});
