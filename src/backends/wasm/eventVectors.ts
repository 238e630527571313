import { isMath } from '../../ir/expr.ts';
import type { KernelStatement } from '../../ir/kernel.ts';
import { COLUMN_BYTES } from '../../ir/program.ts';
import { newAccumulator } from './accumulator.ts';
import type { Code, Local } from './assembler.ts';
import { scale } from './loops.ts';
import type { VectorMode } from './mode.ts';
import { type StatementOf, storeStatement } from './statements.ts';
import { type KernelContext, noPlace, type Place, pushAddress, Values } from './values.ts';
import { F32X4, F64X2 } from './vectorModes.ts';

/** Operations from which on several events at once cost less than one after the other. */
const WORTHWHILE = 16;

/** The end of the synapses that all events of a run, or of a target, have in common. */
export type CommonEnd = 'pre' | 'post';

/** Whether no event sees what another one does, so that several may be carried out at once, and whether that pays. */
export function mayBeVectors({ kernel, facts }: Pick<KernelContext, 'kernel' | 'facts'>, common: CommonEnd): boolean {
  const added = new Set(kernel.body.flatMap((s) => (s.kind === 'accumulate' ? [s.column] : [])));
  const needed = kernel.nodes.filter((_, id) => facts.uses[id] > 0);
  const isApart = needed.every((node) => {
    if (node.op === 'load') return (node.at === 'once' || node.at === 'edge' || node.at === common) && !added.has(node.column);
    return isMath(node) || node.op === 'constant';
  });
  return isApart && kernel.nodes.filter((node, id) => isMath(node) && facts.uses[id] > 0 && facts.levels[id] === 'element').length >= WORTHWHILE;
}

export interface EventVectors {
  readonly lanes: number;
  /** Computes what a run has in common. */
  begin(): void;
  /** The events of so many synapses as there are lanes; `pushTarget` pushes the target of the one in a lane. */
  each(pushTarget: (lane: number) => void): void;
}

/**
 * Events in vectors. `pushEdge` pushes the index of the synapse in a lane; the synapses of a vector lie one behind the other unless
 * `scattered`. What they add is added lane by lane, in their order.
 */
export function eventVectors(context: KernelContext, ends: Place, pushEdge: (lane: number) => void, scattered: boolean): EventVectors {
  const { code, program, kernel, facts } = context;
  const base = kernel.precision === 'f32' ? F32X4 : F64X2;
  const mode = scattered ? scatter(base, pushEdge) : base;
  const place: Place = (at) => (at === 'edge' ? pushEdge(0) : noPlace(at));
  const target = code.local('i32');
  const isAdd = (s: KernelStatement): s is StatementOf<'accumulate'> => s.kind === 'accumulate';
  const sums = kernel.body.filter(isAdd).map(({ value, column }) => {
    const to = program.columns[column];
    const terms = code.local('v128');
    return { value, terms, sum: newAccumulator(code, base.scalar, to, () => pushAddress(context, to, 'post', () => code.get(target))) };
  });
  const stores = kernel.body.flatMap((s) => (s.kind === 'store' ? [storeStatement(context, mode, place, s)] : []));
  let given: ReturnType<Values['spread']> = new Map();
  return {
    lanes: mode.lanes,
    begin: () => {
      const common = new Values(context, mode.scalar, ends);
      given = common.spread([...facts.crossing.uniform, ...facts.crossing.pre, ...facts.crossing.post], mode);
    },
    each: (pushTarget) => {
      const values = new Values(context, mode, place, given);
      values.keep(facts.pinned.filter((id) => facts.levels[id] === 'element'));
      for (const { value, terms } of sums) {
        values.push(value);
        code.set(terms);
      }
      for (const store of stores) store.each(values);
      for (let lane = 0; sums.length > 0 && lane < mode.lanes; lane++) {
        pushTarget(lane);
        code.set(target);
        for (const { terms, sum } of sums) {
          sum.load();
          sum.add(() => {
            code.get(terms);
            mode.extractFloat(code, lane);
          });
          sum.store();
        }
      }
    },
  };
}

/** A mode whose elements lie anywhere: loaded and stored lane by lane. */
function scatter(mode: VectorMode, pushIndex: (lane: number) => void): VectorMode {
  const lanes = Array.from({ length: mode.lanes }, (_, lane) => lane);
  const address = (lane: number, type: keyof typeof COLUMN_BYTES, code: Code) => (): void => {
    pushIndex(lane);
    scale(code, COLUMN_BYTES[type]);
  };
  const load =
    (type: 'f32' | 'f64' | 'u32') =>
    (code: Code, offset: number): void => {
      mode.zero(code);
      for (const lane of lanes) {
        mode.scalar.load[type](code, offset, address(lane, type, code));
        mode.replace[type === 'u32' ? 'u32' : 'float'](code, lane);
      }
    };
  const store =
    (type: 'f32' | 'f64' | 'u32') =>
    (code: Code, offset: number, _: () => void, value: () => void): void => {
      const kept = code.local('v128');
      value();
      code.set(kept);
      for (const lane of lanes) {
        mode.scalar.store[type](code, offset, address(lane, type, code), () => {
          code.get(kept);
          if (type === 'u32') mode.extractU32(code, lane);
          else mode.extractFloat(code, lane);
        });
      }
    };
  return {
    ...mode,
    load: { f32: load('f32'), f64: load('f64'), u32: load('u32') },
    store: { f32: store('f32'), f64: store('f64'), u32: store('u32') },
  };
}

/** Carries out `body` while at least `lanes` are left from the index to the end, and steps over them; `begin` first where there are any. */
export function forVectors(
  code: Code,
  { index, end, vectors }: { readonly index: Local; readonly end: Local; readonly vectors: EventVectors },
  body: () => void,
): void {
  const pushAreLeft = (): void => {
    code.get(end);
    code.get(index);
    code.op('i32.sub');
    code.i32(vectors.lanes);
    code.op('i32.ge_u');
  };
  pushAreLeft();
  code.if(() => {
    vectors.begin();
    code.loop((again) => {
      body();
      code.get(index);
      code.i32(vectors.lanes);
      code.op('i32.add');
      code.set(index);
      pushAreLeft();
      code.branchIf(again);
    });
  });
}
