import { InternalError, unreachable } from '../core/error.ts';
import { hasRoom } from './calendar.ts';
import { isPrimitive } from './evaluate.ts';
import { type Access, argumentsOf, type ColumnId, type IrNode, isMath, type NodeId, PRIMITIVES, type ValueType } from './expr.ts';
import type { Calendar, Domain, FanIn, FanOut, Kernel, KernelStatement, SpikeList } from './kernel.ts';
import { type Action, COLUMN_BYTES, type Column, type ColumnType, type Draw, type Program, type Sampler, type SpikeSampler } from './program.ts';
import { MOST_PAGE_BITS } from './run.ts';

/** Throws an InternalError that names the column, kernel, node or action where a program breaks a rule of the IR. */
export function verifyProgram(program: Program): void {
  verifyColumns(program);
  for (const kernel of program.kernels) verifyKernel(kernel, program.columns);
  const { init, derive, step } = program.schedule;
  for (const action of [...init, ...derive, ...[...program.onDemand.values()].flat()]) {
    require(['kernel', 'clear', 'draw'].includes(action.kind), `schedule: ${action.kind} belongs into a step`);
    require(action.kind !== 'kernel' || action.every === undefined, 'schedule: a kernel that is carried out every so many steps belongs into a step');
    verifyAction(action, program);
  }
  for (const action of step) {
    require(action.kind !== 'draw', 'schedule: draw does not belong into a step');
    verifyAction(action, program);
  }
}

/** Throws an InternalError that names kernel and node (or statement) where a kernel breaks a rule of the IR. */
export function verifyKernel(kernel: Kernel, columns: readonly Column[]): void {
  const where = `kernel ${kernel.name}`;
  verifyDomain(kernel.domain, columns, where);
  kernel.nodes.forEach((node, id) => verifyNode({ kernel, columns, where: `${where}, node ${id} (${node.op})` }, node, id));
  kernel.body.forEach((statement, i) => verifyStatement({ kernel, columns, where: `${where}, statement ${i} (${statement.kind})` }, statement));
  verifyWrites(kernel, columns);
}

interface Context {
  readonly kernel: Kernel;
  readonly columns: readonly Column[];
  readonly where: string;
}

function require(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** The rules for one column that is used: it exists, has one of the types and at least `length` elements. */
function requireColumn(columns: readonly Column[], id: ColumnId, types: readonly ColumnType[], length: number, where: string): Column {
  const column = columns[id];
  require(column !== undefined, `${where}: there is no column ${id}`);
  require(types.includes(column.type), `${where}: column '${column.name}' is ${column.type}, not ${types.join(' or ')}`);
  require(column.length >= length, `${where}: column '${column.name}' has ${column.length} elements, not ${length}`);
  return column;
}

function requireScalar(columns: readonly Column[], id: ColumnId, types: readonly ColumnType[], where: string): void {
  const column = requireColumn(columns, id, types, 1, where);
  require(column.length === 1, `${where}: column '${column.name}' has ${column.length} elements, not 1`);
}

const FLOATS: readonly ColumnType[] = ['f32', 'f64'];
const typesFor = (type: ValueType): readonly ColumnType[] => (type === 'float' ? FLOATS : type === 'u32' ? ['u32'] : []);

function verifyColumns(program: Program): void {
  const names = new Set<string>();
  let end = 0;
  for (const [i, column] of program.columns.entries()) {
    const where = `column '${column.name}'`;
    require(column.id === i, `${where}: its id is ${column.id}, its place ${i}`);
    require(!names.has(column.name), `${where}: the name is there twice`);
    names.add(column.name);
    require(column.padded % 4 === 0 && column.padded >= column.length, `${where}: ${column.padded} elements do not pad ${column.length}`);
    require(column.offset % 64 === 0, `${where}: its offset ${column.offset} is not a multiple of 64`);
  }
  const endOf = (column: Column): number => column.offset + column.padded * COLUMN_BYTES[column.type];
  const isWhole = ({ within }: Column): boolean => within === undefined;
  for (const column of program.columns.filter(isWhole).sort((a, b) => a.offset - b.offset)) {
    require(column.offset >= end, `column '${column.name}': it overlaps the one before it`);
    end = endOf(column);
    const stretches = program.columns.filter(({ within }) => within === column.id).sort((a, b) => a.offset - b.offset);
    let last = column.offset;
    for (const stretch of stretches) {
      const isInside = stretch.type === column.type && stretch.offset >= last && endOf(stretch) <= end;
      require(isInside, `column '${stretch.name}': it does not lie within '${column.name}', behind what lies there before it`);
      last = endOf(stretch);
    }
  }
  for (const { name, within } of program.columns) {
    require(within === undefined ||
      (program.columns[within] !== undefined && isWhole(program.columns[within])), `column '${name}': there is no column ${within} to lie within`);
  }
  require(end <= program.bytes, `program: the columns take ${end} bytes of ${program.bytes}`);
  requireScalar(program.columns, program.clock.step, ['u32'], 'clock');
  requireScalar(program.columns, program.clock.t, ['f64'], 'clock');
  for (const [id, values] of program.data) {
    const column = requireColumn(program.columns, id, ['f32', 'f64', 'u32', 'u16'], 0, 'data');
    require(values.length <= column.padded, `data: ${values.length} values for column '${column.name}' of ${column.padded}`);
  }
  const filled = new Set<ColumnId>();
  for (const id of program.fillings.flatMap(({ columns }) => columns)) {
    const { name } = requireColumn(program.columns, id, ['f32', 'f64', 'u32', 'u16'], 0, 'fillings');
    require(!filled.has(id), `fillings: column '${name}' is filled twice`);
    filled.add(id);
  }
}

function verifyDomain(domain: Domain, columns: readonly Column[], where: string): void {
  switch (domain.kind) {
    case 'once':
    case 'neurons':
      return;
    case 'spikes':
      verifySpikeList(domain, columns, where);
      return;
    case 'synapses':
      verifyLayout(domain, columns, where);
      return;
    case 'events':
      verifySpikeList(domain.spikes, columns, where);
      if (domain.side === 'post') verifyFanIn(domain.fanIn, columns[domain.spikes.list].length, columns, where);
      else {
        verifyFanOut(domain.fanOut, columns[domain.spikes.list].length, columns, where);
        verifyCalendar(domain.calendar, domain.fanOut, columns, where);
      }
      return;
    default:
      unreachable(domain);
  }
}

function verifySpikeList({ list, count }: SpikeList, columns: readonly Column[], where: string): void {
  requireColumn(columns, list, ['u32'], 1, where);
  requireScalar(columns, count, ['u32'], where);
}

function verifyLayout({ layout, sources, targets }: Extract<Domain, { kind: 'synapses' }>, columns: readonly Column[], where: string): void {
  if (layout.kind === 'fan-out') verifyFanOut(layout.fanOut, sources, columns, where);
  if (layout.kind !== 'list') return;
  requireColumn(columns, layout.rows, ['u32'], targets + 1, where);
  requireColumn(columns, layout.sources, ['u32'], 0, where);
}

function verifyFanOut(fanOut: FanOut, sources: number, columns: readonly Column[], where: string): void {
  const { slices, pageBits, rows, starts, runs, targets } = fanOut;
  require(fanOut.sources === sources, `${where}: a fan-out of ${fanOut.sources} sources where there are ${sources}`);
  require(slices >= 1, `${where}: a fan-out of ${slices} slices`);
  require(pageBits >= 0 && pageBits <= MOST_PAGE_BITS, `${where}: a fan-out with ${pageBits} bits for the number of a page`);
  requireColumn(columns, rows, ['u32'], slices * sources, where);
  requireColumn(columns, starts, ['u32'], slices * sources + 1, where);
  requireColumn(columns, runs, ['u32'], 0, where);
  requireColumn(columns, targets, ['u16'], 0, where);
}

function verifyFanIn(fanIn: FanIn, targets: number, columns: readonly Column[], where: string): void {
  requireColumn(columns, fanIn.rows, ['u32'], targets + 1, where);
  const { length } = requireColumn(columns, fanIn.synapses, ['u32'], 0, where);
  if (fanIn.sources !== null) requireColumn(columns, fanIn.sources, ['u32', 'u16'], length, where);
}

function verifyCalendar({ capacity, reserve, span, shortest, ...ids }: Calendar, fanOut: FanOut, columns: readonly Column[], where: string): void {
  const { sources, slices } = fanOut;
  require(Number.isInteger(Math.log2(capacity)) && capacity >= 64 && capacity <= 2 ** 31, `${where}: a calendar for ${capacity} spikes`);
  require(reserve >= sources &&
    hasRoom(capacity, 0, 0, reserve), `${where}: a calendar for ${capacity} spikes does not hold a step of ${sources} cells`);
  require(span >= 1, `${where}: a calendar of ${span} buckets`);
  require(shortest >= 0 && shortest < span, `${where}: a calendar of ${span} buckets for delays from ${shortest} steps on`);
  for (const id of [ids.sources, ids.births, ids.runs, ids.synapses, ids.links]) requireColumn(columns, id, ['u32'], slices * capacity, where);
  requireColumn(columns, ids.ends, ['u32'], slices * 2, where);
  requireColumn(columns, ids.buckets, ['u32'], slices * span, where);
  requireColumn(columns, ids.due, ['u32'], (slices * capacity) / 32, where);
}

function accessesOf(domain: Domain): readonly Access[] {
  switch (domain.kind) {
    case 'once':
      return ['once'];
    case 'neurons':
    case 'spikes':
      return ['once', 'self'];
    case 'synapses':
    case 'events':
      return ['once', 'pre', 'post', 'edge'];
    default:
      return unreachable(domain);
  }
}

/** Elements that a column read or written at an access must have. */
function lengthAt(access: Exclude<Access, 'once'>, domain: Domain, columns: readonly Column[]): number {
  switch (domain.kind) {
    case 'once':
      return 1;
    case 'neurons':
      return domain.count;
    case 'spikes':
      return columns[domain.list].length;
    case 'synapses':
      if (access === 'pre') return domain.sources;
      if (access === 'post') return domain.targets;
      if (domain.layout.kind === 'dense') return domain.sources === 0 ? 0 : (domain.sources - 1) * Math.ceil(domain.targets / 4) * 4 + domain.targets;
      return columns[domain.layout.kind === 'list' ? domain.layout.sources : domain.layout.fanOut.targets].length;
    case 'events':
      // They do not tell how many cells there are at the other end.
      if (access === 'edge') return columns[domain.side === 'pre' ? domain.fanOut.targets : domain.fanIn.synapses].length;
      return access === domain.side ? columns[domain.spikes.list].length : 0;
    default:
      return unreachable(domain);
  }
}

function requireAt({ kernel, columns, where }: Context, id: ColumnId, at: Access, type: ValueType): void {
  if (at === 'once') requireScalar(columns, id, typesFor(type), where);
  else requireColumn(columns, id, typesFor(type), lengthAt(at, kernel.domain, columns), where);
}

function verifyNode(context: Context, node: IrNode, id: NodeId): void {
  const { kernel, columns, where } = context;
  for (const a of argumentsOf(node)) require(a >= 0 && a < id, `${where}: its argument ${a} is not an earlier node`);
  if (isMath(node)) {
    require(isPrimitive(node.op), `${where}: it is not a primitive`);
    const { args, result } = PRIMITIVES[node.op];
    require(node.args.length === args.length, `${where}: it has ${node.args.length} arguments, not ${args.length}`);
    node.args.forEach((a, i) => require(kernel.nodes[a].type === args[i], `${where}: argument ${i} is ${kernel.nodes[a].type}, not ${args[i]}`));
    require(node.type === result, `${where}: its type is ${node.type}, not ${result}`);
    return;
  }
  switch (node.op) {
    case 'constant': {
      const exact = node.type === 'u32' ? node.value >>> 0 : kernel.precision === 'f32' ? Math.fround(node.value) : node.value;
      require(Object.is(exact, node.value), `${where}: ${node.value} is not a value of ${node.type === 'u32' ? 'u32' : kernel.precision}`);
      return;
    }
    case 'load':
      require(accessesOf(kernel.domain).includes(node.at), `${where}: the domain ${kernel.domain.kind} has no access ${node.at}`);
      requireAt(context, node.column, node.at, node.type);
      return;
    case 'gather':
      require(kernel.nodes[node.index].type === 'u32', `${where}: its index is ${kernel.nodes[node.index].type}, not u32`);
      requireColumn(columns, node.column, typesFor(node.type), 1, where);
      return;
    case 'rank':
      for (const a of argumentsOf(node)) require(kernel.nodes[a].type === 'u32', `${where}: its argument ${a} is ${kernel.nodes[a].type}, not u32`);
      return;
    case 'index':
      require(accessesOf(kernel.domain).includes(node.at), `${where}: the domain ${kernel.domain.kind} has no access ${node.at}`);
      return;
    case 'random':
      require(['once', 'neurons', 'spikes'].includes(kernel.domain.kind), `${where}: the domain ${kernel.domain.kind} has no random numbers`);
      require(node.stream >>> 0 === node.stream && node.draw >>> 0 === node.draw, `${where}: stream and draw are not words of 32 bits`);
      return;
    default:
      unreachable(node);
  }
}

const STATEMENTS: { readonly [K in Domain['kind']]: readonly KernelStatement['kind'][] } = {
  once: ['store'],
  neurons: ['store', 'reduce', 'emit', 'check'],
  spikes: ['store'],
  synapses: ['store', 'accumulate'],
  events: ['store', 'accumulate'],
};

function verifyStatement(context: Context, statement: KernelStatement): void {
  const { kernel, columns, where } = context;
  require(STATEMENTS[kernel.domain.kind].includes(statement.kind), `${where}: the domain ${kernel.domain.kind} has no such statement`);
  const value = statement.kind === 'emit' ? statement.when : statement.value;
  require(value >= 0 && value < kernel.nodes.length, `${where}: there is no node ${value}`);
  const type = kernel.nodes[value].type;
  const expect = (expected: ValueType): void => require(type === expected, `${where}: its value is ${type}, not ${expected}`);
  switch (statement.kind) {
    case 'store': {
      const synaptic = kernel.domain.kind === 'synapses' || kernel.domain.kind === 'events';
      require(type !== 'bool', `${where}: its value is bool, which no column holds`);
      requireAt(context, statement.column, kernel.domain.kind === 'once' ? 'once' : synaptic ? 'edge' : 'self', type);
      return;
    }
    case 'accumulate':
      expect('float');
      requireAt(context, statement.column, 'post', type);
      return;
    case 'reduce':
      expect('float');
      requireScalar(columns, statement.column, ['f64'], where);
      return;
    case 'emit':
      expect('bool');
      requireAt(context, statement.list, 'self', 'u32');
      requireScalar(columns, statement.count, ['u32'], where);
      return;
    case 'check':
      expect('float');
      return;
    default:
      unreachable(statement);
  }
}

function writesOf(statement: KernelStatement): readonly ColumnId[] {
  if (statement.kind === 'check') return [];
  return statement.kind === 'emit' ? [statement.list, statement.count] : [statement.column];
}

/** Loads see the values from before the kernel: so no element may read, by any way but its own, what another may write. */
function verifyWrites(kernel: Kernel, columns: readonly Column[]): void {
  const writers = new Map<ColumnId, KernelStatement['kind']>();
  for (const statement of kernel.body) {
    for (const id of writesOf(statement)) {
      const other = writers.get(id);
      const repeatable = statement.kind === 'store' || statement.kind === 'accumulate';
      require(other === undefined ||
        (repeatable && other === statement.kind), `kernel ${kernel.name}: ${other} and ${statement.kind} write column '${columns[id].name}'`);
      writers.set(id, statement.kind);
    }
  }
  for (const id of readByDomain(kernel.domain)) {
    require(!writers.has(id), `kernel ${kernel.name}: it writes column '${columns[id].name}', which its domain reads`);
  }
  kernel.nodes.forEach((node, i) => {
    if (node.op !== 'gather' && node.op !== 'load') return;
    const writer = writers.get(node.column);
    // Events come one after the other; each sees what those before it did.
    if (kernel.domain.kind === 'events') return;
    const bySource = kernel.domain.kind === 'synapses' && kernel.domain.layout.kind === 'fan-out';
    const own = node.op === 'load' && (writer === 'accumulate' ? node.at === 'post' && !bySource : node.at !== 'pre');
    require(writer === undefined ||
      own, `kernel ${kernel.name}, node ${i} (${node.op}): it reads column '${columns[node.column].name}', which the kernel writes`);
  });
}

function readByDomain(domain: Domain): readonly ColumnId[] {
  const fan = ({ rows, starts, runs, targets }: FanOut): ColumnId[] => [rows, starts, runs, targets];
  switch (domain.kind) {
    case 'once':
    case 'neurons':
      return [];
    case 'spikes':
      return [domain.list, domain.count];
    case 'synapses':
      if (domain.layout.kind === 'dense') return [];
      return domain.layout.kind === 'list' ? [domain.layout.rows, domain.layout.sources] : fan(domain.layout.fanOut);
    case 'events': {
      const { list, count } = domain.spikes;
      if (domain.side === 'post')
        return [list, count, domain.fanIn.rows, domain.fanIn.synapses, ...(domain.fanIn.sources === null ? [] : [domain.fanIn.sources])];
      const { capacity: _, reserve: __, span: ___, shortest: ____, ...ids } = domain.calendar;
      return [list, count, ...fan(domain.fanOut), ...Object.values(ids)];
    }
    default:
      return unreachable(domain);
  }
}

function verifyAction(action: Action, program: Program): void {
  switch (action.kind) {
    case 'kernel':
      require(program.kernels[action.kernel] !== undefined, `schedule: there is no kernel ${action.kernel}`);
      requireEvery(action.every ?? 1, `schedule, kernel ${program.kernels[action.kernel].name}`);
      return;
    case 'clear':
      requireColumn(program.columns, action.column, FLOATS, 0, 'schedule, clear');
      return;
    case 'delay': {
      const { columns } = program;
      const { type, length } = requireColumn(columns, action.from, FLOATS, 0, 'schedule, delay');
      require(action.slots > 0, `schedule, delay: ${action.slots} slots`);
      requireColumn(columns, action.to, [type], length, 'schedule, delay');
      requireColumn(columns, action.ring, [type], length * action.slots, 'schedule, delay');
      requireScalar(columns, action.begun, ['u32'], 'schedule, delay');
      return;
    }
    case 'draw':
      verifyDraw(action, program.columns);
      return;
    case 'advance':
      return;
    case 'sample':
      verifySampler(action.sampler, program.columns);
      return;
    case 'sampleSpikes':
      verifySpikeSampler(action.sampler, program.columns);
      return;
    default:
      unreachable(action);
  }
}

function verifyDraw({ counter, stream, block, words, count }: Draw, columns: readonly Column[]): void {
  const where = 'schedule, draw';
  const { length } = requireColumn(columns, words[0], ['u32'], 0, where);
  for (const id of [...words, ...counter]) requireColumn(columns, id, ['u32'], length, where);
  for (const id of [stream, count]) requireScalar(columns, id, ['u32'], where);
  require(block >>> 0 === block, `${where}: the block ${block} is not a word of 32 bits`);
}

function requireEvery(every: number, where: string): void {
  require(Number.isInteger(every) && every >= 1, `${where}: every ${every} steps`);
}

function verifySampler(sampler: Sampler, columns: readonly Column[]): void {
  const where = 'schedule, sample';
  const column = requireColumn(columns, sampler.column, ['f32', 'f64', 'u32'], sampler.cells === null ? sampler.cellCount : 0, where);
  if (sampler.cells !== null) requireColumn(columns, sampler.cells, ['u32'], sampler.cellCount, where);
  requireColumn(columns, sampler.buffer, [column.type], sampler.capacity * sampler.cellCount, where);
  requireScalar(columns, sampler.cursor, ['u32'], where);
  requireEvery(sampler.every, where);
}

function verifySpikeSampler(sampler: SpikeSampler, columns: readonly Column[]): void {
  const where = 'schedule, sampleSpikes';
  const list = requireColumn(columns, sampler.list, ['u32'], 0, where);
  requireScalar(columns, sampler.count, ['u32'], where);
  requireScalar(columns, sampler.cursor, ['u32'], where);
  requireColumn(columns, sampler.buffer, ['u32'], 2 * sampler.capacity, where);
  require(sampler.capacity >= list.length, `${where}: ${sampler.capacity} pairs do not hold a step of ${list.length} neurons`);
}
