import { unreachable } from '../../core/error.ts';
import type { Access, ColumnId } from '../../ir/expr.ts';
import type { Domain, Kernel } from '../../ir/kernel.ts';
import type { Action, Program, Sampler } from '../../ir/program.ts';
import { hasSums, stepKernels, type TeamPlan } from './team.ts';

/** A piece of a step, in the order in which each thread does its share. */
export type Piece =
  | { readonly kind: 'action'; readonly action: Action }
  /** Adds up the sums of blocks that the threads have made. */
  | { readonly kind: 'add up'; readonly column: ColumnId; readonly count: number; readonly every: number | undefined }
  /** Waits until all threads have come so far. */
  | { readonly kind: 'meet' };

/**
 * What a piece does to a column, or to something else by its name: it `reads` or `writes` elements, those of the thread's own part
 * (in the division that `part` names), or any.
 */
interface Touch {
  readonly what: ColumnId | string;
  readonly part: string;
  readonly does: 'reads' | 'writes';
}

const ANY = 'any';
const EDGES = 'edges';
const BLOCKS = 'blocks';

/** Faults found by threads, of which all must know at the end of the step. */
const VERDICT = 'verdict';

/** The pieces of a step, with meetings wherever one thread would read or write what another may still write, or read, or write. */
export function placeMeetings(program: Program, plan: TeamPlan): Piece[] {
  const pieces = piecesOf(program);
  const touches = pieces.map((piece) => touchesOf(piece, program, plan));
  const meets = meetingsOf(touches);
  const placed = pieces.flatMap((piece, i): Piece[] => (meets.has(i) ? [{ kind: 'meet' }, piece] : [piece]));
  return needsVerdict(pieces, touches, meets, program) ? [...placed, { kind: 'meet' }] : placed;
}

/**
 * The pieces of a step in which threads need nothing of each other but spikes: those up to the last that may spike, or find a fault, and
 * those behind, of which some read the spikes of all. Null where threads need more.
 */
export function divideAtSpikes(program: Program, plan: TeamPlan): { readonly before: readonly Piece[]; readonly behind: readonly Piece[] } | null {
  if (stepKernels(program).some(({ domain }) => domain.kind === 'events' && isUnsliced(domain))) return null;
  const pieces = piecesOf(program);
  const spikes = new Set<Touch['what']>([...plan.counts.keys()].flatMap((list) => [list, countOf(list)]));
  const touches = pieces.map((piece) => touchesOf(piece, program, plan));
  if (meetingsOf(touches.map((of) => of.filter(({ what }) => !spikes.has(what)))).size > 0) return null;
  const isMade = ({ what, does }: Touch): boolean => does === 'writes' && (what === VERDICT || spikes.has(what));
  const split = touches.findLastIndex((of) => of.some(isMade)) + 1;
  const [before, behind] = [pieces.slice(0, split), pieces.slice(split)];
  const reads = touches.slice(0, split).some((of) => of.some(({ what, does }) => does === 'reads' && spikes.has(what)));
  return reads ? null : { before, behind };
}

/** Before which pieces threads must meet. */
function meetingsOf(touches: readonly (readonly Touch[])[]): ReadonlySet<number> {
  const meets = new Set<number>();
  // A step follows a step: what one has left open may need a meeting in the next.
  for (let known = -1; known !== meets.size; ) {
    known = meets.size;
    const open: Touch[] = [];
    for (const i of [...touches.keys(), ...touches.keys()]) {
      if (touches[i].some((touch) => open.some((before) => conflict(before, touch)))) meets.add(i);
      if (meets.has(i)) open.length = 0;
      open.push(...touches[i]);
    }
  }
  return meets;
}

/** Whether the threads have not met since the last of them may have found a fault; since the start of the step, where calendars may be full. */
function needsVerdict(pieces: readonly Piece[], touches: readonly Touch[][], meets: ReadonlySet<number>, program: Program): boolean {
  const lastCheck = pieces.findLastIndex((_, i) => touches[i].some(({ what }) => what === VERDICT));
  const hasCalendars = stepKernels(program).some(({ domain }) => domain.kind === 'events' && domain.side === 'pre');
  if (lastCheck < 0 && !hasCalendars) return false;
  return ![...meets].some((i) => i > lastCheck);
}

function piecesOf({ schedule, kernels }: Program): Piece[] {
  return schedule.step.flatMap((action): Piece[] => {
    if (action.kind !== 'kernel') return [{ kind: 'action', action }];
    const { domain, body } = kernels[action.kernel];
    const sums = body.flatMap((s): Piece[] =>
      s.kind === 'reduce' && domain.kind === 'neurons' ? [{ kind: 'add up', column: s.column, count: domain.count, every: action.every }] : [],
    );
    return [{ kind: 'action', action }, ...sums];
  });
}

function conflict(a: Touch, b: Touch): boolean {
  if (a.what !== b.what || a.what === VERDICT) return false;
  return (a.does === 'writes' || b.does === 'writes') && (a.part !== b.part || a.part === ANY);
}

function touchesOf(piece: Piece, program: Program, plan: TeamPlan): Touch[] {
  switch (piece.kind) {
    case 'action':
      return touchesOfAction(piece.action, program, plan).filter(({ what }) => typeof what === 'string' || !plan.own.offsets.has(what));
    case 'add up':
      return [any(blocksOf(piece.column), 'reads'), ...(plan.own.offsets.has(piece.column) ? [] : [any(piece.column, 'writes')])];
    case 'meet':
      return [];
    default:
      return unreachable(piece);
  }
}

function touchesOfAction(action: Action, program: Program, plan: TeamPlan): Touch[] {
  switch (action.kind) {
    case 'kernel':
      return touchesOfKernel(program.kernels[action.kernel], program);
    case 'clear':
      return [own(action.column, program.columns[action.column].length, 'writes')];
    case 'delay':
      return [any(action.from, 'reads'), ...[action.to, action.ring, action.begun].map((id) => any(id, 'writes'))];
    case 'draw':
    case 'advance':
      return [];
    case 'sample': {
      const { column } = action.sampler;
      return [isSliced(action.sampler, program, plan) ? own(column, program.columns[column].length, 'reads') : any(column, 'reads')];
    }
    case 'sampleSpikes': {
      const { list } = action.sampler;
      return [own(list, program.columns[list].length, 'reads'), any(countOf(list), 'reads')];
    }
    default:
      return unreachable(action);
  }
}

/** Whether each thread takes its own part of a sample: where the column holds a value a cell. Else the first thread takes it all. */
export function isSliced({ column }: Sampler, program: Program, plan: TeamPlan): boolean {
  if (plan.own.offsets.has(column)) return false;
  return !stepKernels(program).some(
    ({ domain, body }) => domain.kind !== 'neurons' && domain.kind !== 'spikes' && body.some((s) => s.kind === 'store' && s.column === column),
  );
}

function touchesOfKernel(kernel: Kernel, program: Program): Touch[] {
  const at = (column: ColumnId, access: Access, does: Touch['does']): Touch[] =>
    stretchesOf(column, program).map((what) => ({ what, part: partOf(kernel, what, access, program), does }));
  const read = kernel.nodes.flatMap((node) =>
    node.op === 'load' ? at(node.column, node.at, 'reads') : node.op === 'gather' ? [any(node.column, 'reads')] : [],
  );
  const written = kernel.body.flatMap((s): Touch[] => {
    switch (s.kind) {
      case 'store':
        return at(s.column, kernel.domain.kind === 'once' ? 'once' : isOfNeurons(kernel) ? 'self' : 'edge', 'writes');
      case 'accumulate':
        return at(s.column, 'post', 'writes');
      case 'reduce':
        return [{ what: blocksOf(s.column), part: BLOCKS, does: 'writes' }];
      case 'emit':
        return [...at(s.list, 'self', 'writes'), { what: countOf(s.list), part: 'counts', does: 'writes' }];
      case 'check':
        return [any(VERDICT, 'writes')];
      default:
        return unreachable(s);
    }
  });
  return [...read, ...written, ...touchesOfDomain(kernel, program)];
}

/** The columns of populations that lie in one, or that one. */
function stretchesOf(column: ColumnId, { columns }: Program): ColumnId[] {
  const stretches = columns.filter(({ within }) => within === column).map(({ id }) => id);
  return stretches.length > 0 ? stretches : [column];
}

function touchesOfDomain({ domain }: Kernel, { columns }: Program): Touch[] {
  if (domain.kind === 'spikes') return ownSpikes(domain.list, columns[domain.list].length);
  // Calendars, like all else of synapses, are a thread's own, and nothing else touches them in a step.
  if (domain.kind !== 'events') return [];
  const { list } = domain.spikes;
  return domain.side === 'post' && !isUnsliced(domain) ? ownSpikes(list, columns[list].length) : [any(list, 'reads'), any(countOf(list), 'reads')];
}

function ownSpikes(list: ColumnId, length: number): Touch[] {
  return [own(list, length, 'reads'), { what: countOf(list), part: 'counts', does: 'reads' }];
}

/** Whether one thread alone carries a kernel out: its synapses could not be cut into slices. */
export function isUnsliced(domain: Domain): boolean {
  if (domain.kind === 'synapses') return domain.layout.kind === 'fan-out' && domain.layout.fanOut.slices === 1;
  return domain.kind === 'events' && (domain.side === 'pre' ? domain.fanOut : domain.fanIn).slices === 1;
}

function isOfNeurons({ domain }: Kernel): boolean {
  return domain.kind === 'neurons' || domain.kind === 'spikes';
}

function partOf({ domain, body }: Kernel, column: ColumnId, access: Access, { columns }: Program): string {
  if (isUnsliced(domain)) return ANY;
  switch (access) {
    case 'once':
    case 'pre':
      return ANY;
    case 'edge':
      return EDGES;
    case 'self':
      if (hasSums(body)) return `${BLOCKS} of ${columns[column].length}`;
      return cells(domain.kind === 'neurons' ? domain.count : domain.kind === 'spikes' ? columns[domain.list].length : columns[column].length);
    case 'post':
      return cells(domain.kind === 'synapses' ? domain.targets : columns[column].length);
    default:
      return unreachable(access);
  }
}

function own(column: ColumnId, count: number, does: Touch['does']): Touch {
  return { what: column, part: cells(count), does };
}

function any(what: Touch['what'], does: Touch['does']): Touch {
  return { what, part: ANY, does };
}

function cells(count: number): string {
  return `cells of ${count}`;
}

function blocksOf(column: ColumnId): string {
  return `blocks ${column}`;
}

function countOf(list: ColumnId): string {
  return `count ${list}`;
}
