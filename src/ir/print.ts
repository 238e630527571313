import { unreachable } from '../core/error.ts';
import { argumentsOf, type ColumnId, type IrNode, type MathName, type NodeId } from './expr.ts';
import type { Domain, FanOut, Kernel, KernelStatement, Layout } from './kernel.ts';
import type { Action, Column, Program } from './program.ts';

/** A kernel as text: nodes that are used once stand where they are used, the others have a line of their own. */
export function printKernel(kernel: Kernel, columns: readonly Column[]): string {
  const name = (id: ColumnId): string => columns[id].name;
  const print = nodePrinter(kernel, name);
  return [
    `kernel ${kernel.name}: ${kernel.precision}, ${printDomain(kernel.domain, name)}`,
    ...print.shared().map((line) => `  ${line}`),
    ...kernel.body.map((statement) => `  ${printStatement(statement, print.node, name)}`),
  ].join('\n');
}

/** A whole program as text: columns with their places in memory, kernels, schedules. */
export function printProgram(program: Program): string {
  const { columns, schedule, kernels } = program;
  const filled = new Set([...program.data.keys(), ...program.fillings.flatMap((f) => f.columns)]);
  const actions = (title: string, list: readonly Action[]): string[] => [`${title}:`, ...list.map((action) => `  ${printAction(action, program)}`)];
  return [
    `program: ${program.precision}, dt ${program.dt}, seed ${program.seed.join(' ')}, ${program.bytes} bytes`,
    'columns:',
    ...columns.map(
      ({ id, name, type, length, offset, within }) =>
        `  ${name}: ${type}[${length}] at ${offset}${within === undefined ? '' : `, within ${columns[within].name}`}${filled.has(id) ? ', with data' : ''}`,
    ),
    ...kernels.map((kernel) => printKernel(kernel, columns)),
    ...actions('init', schedule.init),
    ...actions('derive', schedule.derive),
    ...actions('step', schedule.step),
    ...[...program.onDemand].flatMap(([name, list]) => actions(name, list)),
  ].join('\n');
}

const SYMBOLS: { readonly [K in MathName]?: string } = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  lt: '<',
  le: '<=',
  eq: '==',
  ne: '!=',
  and: 'and',
  or: 'or',
};

interface NodePrinter {
  node(id: NodeId): string;
  /** The lines of the nodes that are used several times, or never. */
  shared(): string[];
}

function nodePrinter(kernel: Kernel, name: (id: ColumnId) => string): NodePrinter {
  const uses = kernel.nodes.map(() => 0);
  for (const node of kernel.nodes) for (const a of argumentsOf(node)) uses[a]++;
  for (const statement of kernel.body) uses[statement.kind === 'emit' ? statement.when : statement.value]++;
  const isInline = (id: NodeId): boolean => uses[id] === 1 || ['constant', 'load', 'index'].includes(kernel.nodes[id].op);
  const text = (node: IrNode): string => {
    switch (node.op) {
      case 'constant':
        return node.type === 'u32' ? `${node.value}u` : Object.is(node.value, -0) ? '-0' : `${node.value}`;
      case 'load':
        return `${name(node.column)}[${node.at}]`;
      case 'gather':
        return `${name(node.column)}[${outer(ref(node.index))}]`;
      case 'index':
        return `index(${node.at})`;
      case 'rank':
        return `rank(${[node.word, ...node.thresholds].map((a) => outer(ref(a))).join(', ')})`;
      case 'random':
        return `random(${node.stream}, ${node.draw})`;
      default: {
        const symbol = SYMBOLS[node.op];
        const args = node.args.map((a) => (symbol ? ref(a) : outer(ref(a))));
        return symbol ? `(${args.join(` ${symbol} `)})` : `${node.op}(${args.join(', ')})`;
      }
    }
  };
  const ref = (id: NodeId): string => (isInline(id) ? text(kernel.nodes[id]) : `%${id}`);
  const shared = (): string[] => kernel.nodes.flatMap((node, id) => (isInline(id) ? [] : [`%${id} = ${outer(text(node))}`]));
  return { node: (id) => outer(ref(id)), shared };
}

/** Without the parentheses around the whole. */
function outer(text: string): string {
  return text.startsWith('(') ? text.slice(1, -1) : text;
}

function printDomain(domain: Domain, name: (id: ColumnId) => string): string {
  const fan = ({ rows, starts, runs, targets }: FanOut): string =>
    `rows ${name(rows)}, starts ${name(starts)}, runs ${name(runs)}, targets ${name(targets)}`;
  const layout = (l: Layout): string =>
    l.kind === 'dense' ? 'dense' : l.kind === 'fan-out' ? fan(l.fanOut) : `rows ${name(l.rows)}, sources ${name(l.sources)}`;
  switch (domain.kind) {
    case 'once':
      return 'once';
    case 'neurons':
      return `neurons ${domain.count}`;
    case 'spikes':
      return `spikes of ${name(domain.list)}, count ${name(domain.count)}`;
    case 'synapses':
      return `synapses ${domain.sources} to ${domain.targets}, ${layout(domain.layout)}`;
    case 'events':
      return domain.side === 'pre'
        ? `events behind ${name(domain.spikes.list)}, ${fan(domain.fanOut)}, ${domain.calendar.capacity} spikes wait in ${domain.calendar.span} buckets`
        : `events before ${name(domain.spikes.list)}, rows ${name(domain.fanIn.rows)}, synapses ${name(domain.fanIn.synapses)}`;
    default:
      return unreachable(domain);
  }
}

function printStatement(statement: KernelStatement, node: (id: NodeId) => string, name: (id: ColumnId) => string): string {
  switch (statement.kind) {
    case 'store':
      return `${name(statement.column)} = ${node(statement.value)}`;
    case 'accumulate':
      return `${name(statement.column)} += ${node(statement.value)}`;
    case 'reduce':
      return `${name(statement.column)} = sum ${node(statement.value)}`;
    case 'emit':
      return `emit ${name(statement.list)}, ${name(statement.count)} when ${node(statement.when)}`;
    case 'check':
      return `check ${node(statement.value)}`;
    default:
      return unreachable(statement);
  }
}

function printAction(action: Action, { columns, kernels }: Program): string {
  switch (action.kind) {
    case 'kernel':
      return `${kernels[action.kernel].name}${action.every === undefined ? '' : `, every ${action.every}`}`;
    case 'clear':
      return `clear ${columns[action.column].name}`;
    case 'delay':
      return `delay ${columns[action.from].name} by ${action.slots} steps into ${columns[action.to].name}`;
    case 'draw': {
      const [a, b, c] = action.counter.map((id) => columns[id].name);
      const words = action.words.map((id) => columns[id].name).join(', ');
      return `draw ${words} of (${a}, ${b}, ${columns[action.stream].name}, ${c} | ${action.block}), ${columns[action.count].name} of them`;
    }
    case 'advance':
      return 'advance';
    case 'sample': {
      const { column, cells, cellCount, every, buffer, cursor, capacity } = action.sampler;
      const which = cells === null ? `${cellCount} cells` : `cells ${columns[cells].name}`;
      return `sample ${columns[column].name}, ${which}, every ${every}, into ${columns[buffer].name} at ${columns[cursor].name}, ${capacity} fit`;
    }
    case 'sampleSpikes': {
      const { list, count, buffer, cursor, capacity } = action.sampler;
      return `sample spikes ${columns[list].name}, count ${columns[count].name}, into ${columns[buffer].name} at ${columns[cursor].name}, ${capacity} fit`;
    }
    default:
      return unreachable(action);
  }
}
