import { InternalError } from '../core/error.ts';
import { type Access, type ColumnId, type IrNode, isMath, MATH, type MathName, type NodeId, type Precision, type ValueType } from './expr.ts';
import type { Domain, Kernel, KernelStatement } from './kernel.ts';
import { foldConstants } from './simplify.ts';

/**
 * Builds the nodes of one kernel. Equal nodes are made once; operations on constants are carried out,
 * and the identities of simplify.ts applied, as nodes are added.
 */
export class KernelBuilder {
  readonly precision: Precision;
  readonly nodes: IrNode[] = [];
  readonly body: KernelStatement[] = [];
  readonly #known = new Map<string, NodeId>();

  constructor(precision: Precision) {
    this.precision = precision;
  }

  constant(value: number): NodeId {
    return this.add({ op: 'constant', type: 'float', value: this.precision === 'f32' ? Math.fround(value) : value });
  }

  u32(value: number): NodeId {
    return this.add({ op: 'constant', type: 'u32', value: value >>> 0 });
  }

  load(column: ColumnId, at: Access, type: 'float' | 'u32' = 'float'): NodeId {
    return this.add({ op: 'load', type, column, at });
  }

  gather(column: ColumnId, index: NodeId, type: 'float' | 'u32'): NodeId {
    return this.add({ op: 'gather', type, column, index });
  }

  index(at: 'self' | 'pre' | 'post'): NodeId {
    return this.add({ op: 'index', type: 'u32', at });
  }

  random(stream: number, draw: number): NodeId {
    return this.add({ op: 'random', type: 'u32', stream, draw });
  }

  /** @param thresholds ascending */
  rank(word: NodeId, thresholds: readonly NodeId[]): NodeId {
    return this.add({ op: 'rank', type: 'u32', word, thresholds });
  }

  /** Adds an operation or function on earlier nodes. */
  math(op: MathName, ...args: NodeId[]): NodeId {
    const signature = MATH[op];
    if (args.length !== signature.args.length) throw new InternalError(`${op} takes ${signature.args.length} arguments, got ${args.length}`);
    signature.args.forEach((type, i) => {
      if (this.type(args[i]) !== type) throw new InternalError(`argument ${i} of ${op} is ${this.type(args[i])}, not ${type}`);
    });
    const node: IrNode = { op, type: signature.result, args };
    return foldConstants(this, node) ?? this.add(node);
  }

  type(id: NodeId): ValueType {
    return this.nodes[id].type;
  }

  /** The value of a constant node, else undefined. */
  constantValue(id: NodeId): number | undefined {
    const node = this.nodes[id];
    return node.op === 'constant' ? node.value : undefined;
  }

  /** Adds a node, or finds the equal one. */
  add(node: IrNode): NodeId {
    const key = keyOf(node);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.nodes.push(node) - 1;
    this.#known.set(key, id);
    return id;
  }

  finish(name: string, domain: Domain): Kernel {
    return { name, domain, precision: this.precision, nodes: this.nodes, body: this.body };
  }
}

/** A text that tells nodes apart. */
function keyOf(node: IrNode): string {
  if (isMath(node)) return `${node.op} ${node.args.join()}`;
  switch (node.op) {
    case 'constant':
      return `${node.type} ${Object.is(node.value, -0) ? '-0' : node.value}`;
    case 'load':
      return `load ${node.type} ${node.column} ${node.at}`;
    case 'gather':
      return `gather ${node.type} ${node.column} ${node.index}`;
    default:
      return JSON.stringify(node);
  }
}

/** Copies nodes of a kernel into a builder, each through `replace`, which may answer with another node of the builder. */
export function copyNodes(
  nodes: readonly IrNode[],
  builder: KernelBuilder,
  replace: (node: IrNode, id: NodeId, mapped: readonly NodeId[]) => NodeId | undefined = () => undefined,
): NodeId[] {
  const mapped: NodeId[] = [];
  nodes.forEach((node, id) => {
    const other = replace(node, id, mapped);
    mapped[id] = other ?? copyNode(node, builder, mapped);
  });
  return mapped;
}

function copyNode(node: IrNode, builder: KernelBuilder, mapped: readonly NodeId[]): NodeId {
  if (isMath(node)) return builder.math(node.op, ...node.args.map((a) => mapped[a]));
  if (node.op === 'rank')
    return builder.rank(
      mapped[node.word],
      node.thresholds.map((a) => mapped[a]),
    );
  if (node.op === 'gather') return builder.gather(node.column, mapped[node.index], node.type);
  if (node.op === 'constant' && node.type === 'float') return builder.constant(node.value);
  return builder.add(node);
}

/** A statement with its nodes renamed. */
export function mapStatement(statement: KernelStatement, mapped: readonly NodeId[]): KernelStatement {
  return statement.kind === 'emit' ? { ...statement, when: mapped[statement.when] } : { ...statement, value: mapped[statement.value] };
}

/** The same nodes and statements over other columns. */
export function mapColumns({ nodes, body }: Pick<Kernel, 'nodes' | 'body'>, map: (column: ColumnId) => ColumnId): Pick<Kernel, 'nodes' | 'body'> {
  return {
    nodes: nodes.map((node): IrNode => (node.op === 'load' || node.op === 'gather' ? { ...node, column: map(node.column) } : node)),
    body: body.map((s): KernelStatement => {
      if (s.kind === 'check') return s;
      return s.kind === 'emit' ? { ...s, list: map(s.list), count: map(s.count) } : { ...s, column: map(s.column) };
    }),
  };
}
