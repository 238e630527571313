import { InternalError, unreachable } from '../../core/error.ts';
import { BLOCK } from '../../ir/blockSum.ts';
import type { Domain, KernelStatement, SpikeList } from '../../ir/kernel.ts';
import type { Program } from '../../ir/program.ts';
import { GRAIN } from '../../ir/slices.ts';
import type { Code, Local } from './assembler.ts';
import { analyse } from './levels.ts';
import { forRange, scale } from './loops.ts';
import type { Mode } from './mode.ts';
import { F32, F64 } from './scalarModes.ts';
import { divideBySpikes } from './spikeBranch.ts';
import {
  checkStatements,
  emitStatement,
  type NeuronLoop,
  pushFault,
  reduceStatement,
  type StatementCode,
  type StatementOf,
  storeStatement,
} from './statements.ts';
import { hasSums, pushSliceStart, pushSpikeCount, setSlice, type ThreadLocals } from './team.ts';
import { type KernelContext, noPlace, type Place, Values } from './values.ts';
import { F32X4, F64X2 } from './vectorModes.ts';

/** A kernel over the one element of what a program has once. */
export function emitOnce(context: KernelContext): void {
  const mode = context.kernel.precision === 'f32' ? F32 : F64;
  const values = new Values(context, mode, noPlace);
  values.keep(context.facts.pinned);
  for (const store of stores(context, mode, noPlace)) store.each(values);
}

/** A kernel over a list of spikes, one after the other. */
export function emitSpikes(context: KernelContext, domain: Extract<Domain, { kind: 'spikes' }>): void {
  const { code, program, kernel, facts, thread } = context;
  const mode = kernel.precision === 'f32' ? F32 : F64;
  const [position, end, neuron] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const place: Place = () => code.get(neuron);
  const given = new Values(context, mode, noPlace).keep(facts.crossing.uniform);
  const statements = stores(context, mode, place);
  if (thread) setOwnSpikes(code, thread, program, domain, position, end);
  else {
    code.i32(0);
    code.memory('i32.load', program.columns[domain.count].offset);
    code.set(end);
  }
  forRange(code, { index: position, end }, () => {
    code.get(position);
    scale(code, 4);
    code.memory('i32.load', program.columns[domain.list].offset);
    code.set(neuron);
    const values = new Values(context, mode, place, given);
    values.keep(facts.pinned);
    for (const statement of statements) statement.each(values);
  });
}

/** Sets the places in a list that the spikes of the thread's slice take. */
export function setOwnSpikes(code: Code, { plan, thread }: ThreadLocals, program: Program, { list }: SpikeList, start: Local, end: Local): void {
  pushSliceStart(code, plan, program.columns[list].length, () => code.get(thread));
  code.tee(start);
  pushSpikeCount(code, plan, list, () => code.get(thread));
  code.op('i32.add');
  code.set(end);
}

/** A kernel over a population, in vectors; columns are padded, so that the last vector needs no loop of its own. Leaves 1 where a check failed. */
export function emitNeurons(undivided: Omit<KernelContext, 'facts'>, count: number): void {
  const { kernel, always, spiking } = divideBySpikes(undivided.kernel);
  const context: KernelContext = { ...undivided, kernel, facts: analyse(kernel) };
  const { code, facts, thread } = context;
  const mode = kernel.precision === 'f32' ? F32X4 : F64X2;
  const index = code.local('i32');
  const place: Place = () => code.get(index);
  const given = new Values(context, mode.scalar, noPlace).spread(facts.crossing.uniform, mode);
  const partial = count % mode.lanes !== 0 && kernel.body.some((s) => s.kind !== 'store');
  const start = thread && code.local('i32');
  const end = thread && code.local('i32');
  if (thread && start && end) {
    setSlice(code, thread, count, [start, end], hasSums(kernel.body) ? BLOCK : GRAIN);
    code.get(start);
    code.set(index);
  }
  const loop: NeuronLoop = { index, valid: partial ? code.local('v128') : null, start };
  const faults = code.local('v128');
  const emitted = (statement: Unchecked): StatementCode => {
    switch (statement.kind) {
      case 'store':
        return storeStatement(context, mode, place, statement);
      case 'emit':
        return emitStatement(context, mode, loop, statement, emittedAll(spiking));
      case 'reduce':
        return reduceStatement(context, mode, loop, statement);
      case 'accumulate':
        throw new InternalError(`kernel ${kernel.name} accumulates over neurons`);
      default:
        return unreachable(statement);
    }
  };
  const emittedAll = (all: readonly KernelStatement[]): StatementCode[] => {
    const checks = all.filter((s) => s.kind === 'check');
    const others = all.filter((s) => s.kind !== 'check');
    // The list of spikes last: what is computed in its branch is not there behind it.
    const isEmit = (s: KernelStatement): boolean => s.kind === 'emit';
    const sorted = [...others.filter((s) => !isEmit(s)), ...others.filter(isEmit)].map(emitted);
    return checks.length > 0 ? [checkStatements(context, mode, loop, checks, faults), ...sorted] : sorted;
  };
  const statements = emittedAll(always);
  if (loop.valid) setMask(code, loop.valid, 4);
  forRange(code, { index, end: end ?? count, step: mode.lanes }, () => {
    if (loop.valid) maskLast(code, mode, loop.valid, index, count);
    const values = new Values(context, mode, place, given);
    values.keep(facts.pinned);
    for (const statement of statements) statement.each(values);
  });
  for (const statement of statements) statement.end();
  pushFault(code, mode, faults);
}

type Unchecked = Exclude<KernelStatement, { kind: 'check' }>;

/** Sets a mask of the first `words` words of 32 bits. */
function setMask(code: Code, mask: Local, words: number): void {
  const word = (n: number): number => (n < words ? -1 : 0);
  code.v128([word(0), word(1), word(2), word(3)]);
  code.set(mask);
}

/** Leaves in the mask of the last, partial vector the lanes that hold elements. */
function maskLast(code: Code, mode: Mode, mask: Local, index: Local, count: number): void {
  const partial = count % mode.lanes;
  code.get(index);
  code.i32(count - partial);
  code.op('i32.eq');
  code.if(() => setMask(code, mask, (partial * 4) / mode.lanes));
}

function stores(context: KernelContext, mode: Mode, place: Place): StatementCode[] {
  const isStore = (s: KernelStatement): s is StatementOf<'store'> => s.kind === 'store';
  return context.kernel.body.filter(isStore).map((statement) => storeStatement(context, mode, place, statement));
}
