import { argumentsOf, type IrNode, type NodeId } from '../../ir/expr.ts';
import type { Kernel } from '../../ir/kernel.ts';

/** What a node's value depends on: on nothing that varies, on one end of a synapse alone, or on the element. */
export type Level = 'uniform' | 'pre' | 'post' | 'element';

/** What the emitter knows about the nodes of a kernel. */
export interface NodeFacts {
  readonly levels: readonly Level[];
  /** How many nodes and statements read each node; 0 for those that no statement needs. */
  readonly uses: readonly number[];
  /** The nodes of each level that nodes of another level read; statements count as of level `element`. */
  readonly crossing: Readonly<Record<Exclude<Level, 'element'>, readonly NodeId[]>>;
  /** Needed loads, of an element, from columns that the kernel stores (or events add to): they come before the element's stores. */
  readonly pinned: readonly NodeId[];
  /** Of nodes that one other reads: those, and all that are computed for them alone, as far as they depend on the element. */
  own(roots: readonly NodeId[]): ReadonlySet<NodeId>;
  /** The same of one node, where it pays to leave them out; else undefined. */
  costlyOwn(id: NodeId): ReadonlySet<NodeId> | undefined;
}

/** Operations that cost as much as a branch. */
const COSTLY = 16;

export function analyse(kernel: Kernel): NodeFacts {
  const levels: Level[] = [];
  for (const node of kernel.nodes) levels.push(levelOf(node, kernel, levels));
  const uses = kernel.nodes.map(() => 0);
  const crossing = new Set<NodeId>();
  const read = (id: NodeId, by: Level, inPlace: boolean): void => {
    uses[id]++;
    if (levels[id] !== by && !inPlace) crossing.add(id);
    if (uses[id] > 1) return;
    const node = kernel.nodes[id];
    for (const a of argumentsOf(node)) read(a, levels[id], isLoadedInPlace(kernel, node, a));
  };
  for (const statement of kernel.body) read(statement.kind === 'emit' ? statement.when : statement.value, 'element', false);
  const at = (level: Level): NodeId[] => [...crossing].filter((id) => levels[id] === level);
  const isEvents = kernel.domain.kind === 'events';
  const stored = new Set(kernel.body.flatMap((s) => (s.kind === 'store' || (isEvents && s.kind === 'accumulate') ? [s.column] : [])));
  const first: Level = kernel.domain.kind === 'once' ? 'uniform' : 'element';
  const pinned = kernel.nodes.flatMap((node, id) =>
    node.op === 'load' && (isEvents || levels[id] === first) && uses[id] > 0 && stored.has(node.column) ? [id] : [],
  );
  const own = ownOf(kernel, levels, uses);
  const costlyOwn = (id: NodeId): ReadonlySet<NodeId> | undefined => {
    const nodes = own([id]);
    const cost = [...nodes].reduce((sum, n) => sum + (kernel.nodes[n].op === 'random' ? COSTLY : 1), 0);
    return cost > COSTLY ? nodes : undefined;
  };
  return { levels, uses, crossing: { uniform: at('uniform'), pre: at('pre'), post: at('post') }, pinned, own, costlyOwn };
}

/** Of the many thresholds of a rank few are looked at: each is loaded there, where one instruction loads it into all lanes. */
function isLoadedInPlace(kernel: Kernel, by: IrNode, id: NodeId): boolean {
  const node = kernel.nodes[id];
  return (
    kernel.domain.kind === 'neurons' && kernel.precision === 'f32' && by.op === 'rank' && id !== by.word && node.op === 'load' && node.at === 'once'
  );
}

function ownOf(kernel: Kernel, levels: readonly Level[], uses: readonly number[]): NodeFacts['own'] {
  return (roots) => {
    const own = new Set<NodeId>();
    const left = new Map(roots.map((id) => [id, uses[id] - 1]));
    // Nodes come behind their arguments: each has been counted by all that read it when its turn comes.
    for (let id = Math.max(...roots); id >= 0; id--) {
      // What does not depend on the element is computed before the loop, and by others.
      if (left.get(id) !== 0 || levels[id] !== 'element') continue;
      own.add(id);
      for (const a of argumentsOf(kernel.nodes[id])) left.set(a, (left.get(a) ?? uses[a]) - 1);
    }
    return own;
  };
}

function levelOf(node: IrNode, kernel: Kernel, levels: readonly Level[]): Level {
  switch (node.op) {
    case 'load':
    case 'index':
      if (node.at === 'pre' || node.at === 'post') return node.at;
      return node.at === 'once' ? 'uniform' : 'element';
    case 'random':
      return kernel.domain.kind === 'once' ? 'uniform' : 'element';
    default:
      return argumentsOf(node).reduce<Level>((level, a) => join(level, levels[a]), 'uniform');
  }
}

function join(a: Level, b: Level): Level {
  if (a === b || b === 'uniform') return a;
  return a === 'uniform' ? b : 'element';
}
