import { Warning } from '../../core/warning.ts';
import { copyNodes, KernelBuilder, mapStatement } from '../../ir/build.ts';
import { differentiate } from '../../ir/differentiate.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { ColumnArray } from '../../ir/program.ts';
import { lowerExpression } from '../../language/lower.ts';
import type { FlatDerivative } from '../../model/flat.ts';
import type { CompiledNetwork } from '../compile.ts';
import { synapseEnvironment } from '../ends.ts';
import { prune } from '../hoist.ts';
import { drift } from '../integrate/system.ts';
import { addColumn, carryOut, columnsNow, evaluateFor, type ProgramMemory, pick } from '../now.ts';
import type { PopulationPlan } from '../plan.ts';
import type { ProjectionPlan } from '../projectionPlan.ts';
import { sampleCells, short } from './sample.ts';

/** How many synapses are looked at for each population, about, and how many of one cell. */
const SYNAPSES = 2 ** 14;
const OF_ONE_CELL = 2 ** 12;
/** How many cells at most. */
const CELLS = 2 ** 10;

interface Setting {
  readonly compiled: CompiledNetwork;
  readonly memory: ProgramMemory;
  readonly target: PopulationPlan;
}

/**
 * Says where cells are coupled so strongly, as by gap junctions, that they overshoot each other: what a synapse adds is held
 * over a step, which is an explicit method whatever the cell's integrator is.
 */
export function warnOfCoupling(compiled: CompiledNetwork, memory: ProgramMemory): Warning[] {
  return [...compiled.populations.values()].flatMap((target) => warnOfCells({ compiled, memory, target }));
}

function warnOfCells(setting: Setting): Warning[] {
  const { target, compiled } = setting;
  const { dt } = target.clock;
  const projections = [...compiled.projections.values()].filter((p) => p.def.target.population === target.def.name && p.contributions.length > 0);
  if (projections.length === 0) return [];
  const cells = coupledCells(setting, projections);
  return target.model.derivatives.flatMap((d) => {
    const rates = projections.map((p) => rateThrough(setting, p, d, cells));
    if (rates.every((rate) => rate === undefined)) return [];
    const total = Float64Array.from(cells, (_, i) => rates.reduce((sum, rate) => sum - (rate?.[i] ?? 0), 0));
    const worst = total.reduce((at, rate, i) => (rate > total[at] ? i : at), 0);
    const strength = dt * total[worst];
    if (!(strength > 1 && strength < Number.POSITIVE_INFINITY)) return [];
    const coupled = projections.filter((_, k) => rates[k] !== undefined && rates[k][worst] !== 0);
    const names = coupled.map((p) => `'${p.def.name}'`).join(', ');
    const pools = coupled.every((p) => p.contributions.every((c) => target.normalization(c.port) === 'mean'));
    const less = pools ? 'or couple more weakly' : "couple more weakly, or divide by the number of synapses: normalize: 'mean'";
    return [
      new Warning({
        code: 'strong-coupling',
        message: `cell ${cells[worst]} is coupled too strongly for a step of ${dt} ms: dt * sum of g / c is ${short(strength)}, above 1, for ${d.variable} through ${names}`,
        path: ['network', `population '${target.def.name}'`, ...d.path],
        hint: `It overshoots the cells that it is coupled to. Take dt at most ${short(dt / strength)} ms, ${less}.`,
      }),
    ];
  });
}

/** Those cells of a population that are looked at: all, where they have few synapses. */
function coupledCells({ target, memory }: Setting, projections: readonly ProjectionPlan[]): Uint32Array {
  const synapses = projections.reduce((sum, p) => sum + Math.min(p.synapses, OF_ONE_CELL * target.size), 0);
  const most = projections.flatMap(({ layout }) => (layout.kind === 'list' ? [longestRow(memory.view(layout.rows), target.size)] : []));
  const fit = Math.floor((SYNAPSES * target.size) / Math.max(synapses, target.size));
  return sampleCells(target, memory, Math.min(Math.max(fit, 4), CELLS), most);
}

function longestRow(rows: ArrayLike<number>, count: number): number {
  let longest = 0;
  for (let t = 1; t < count; t++) if (rows[t + 1] - rows[t] > rows[longest + 1] - rows[longest]) longest = t;
  return longest;
}

/** How a variable's rate of change depends on the variable itself through a projection, for each cell; undefined where it does not. */
function rateThrough(setting: Setting, projection: ProjectionPlan, d: FlatDerivative, cells: Uint32Array): Float64Array | undefined {
  let sum: Float64Array | undefined;
  for (const port of new Set(projection.contributions.map((c) => c.port))) {
    const felt = feltFrom(setting, port, d, cells);
    const pull = felt && pullOn(setting, projection, port, d.variable, cells);
    if (felt && pull) sum = felt.map((x, i) => (sum?.[i] ?? 0) + x * pull[i]);
  }
  return sum;
}

/** The derivative of the rate of change of a variable by what is summed for a port. */
function feltFrom({ target, memory }: Setting, port: string, d: FlatDerivative, cells: Uint32Array): Float64Array | undefined {
  let depends = false;
  const [felt] = evaluateFor(target, memory, { cells }, (cell) => {
    const summed = cell.builder.load(target.feed(port), 'self');
    const felt = differentiate(cell.builder, drift({ environment: cell, derivatives: [d], free: undefined }, d, cell), summed);
    depends = felt !== undefined;
    return [felt ?? cell.builder.constant(0)];
  });
  return depends ? felt : undefined;
}

/**
 * The derivative of what a projection adds to a port by a variable of the target, summed over a cell's synapses but that onto
 * itself, whose ends move together. Where a cell has very many, every so manyth stands for its neighbours.
 */
function pullOn(setting: Setting, projection: ProjectionPlan, port: string, variable: string, cells: Uint32Array): Float64Array | undefined {
  const { compiled, memory, target } = setting;
  const source = compiled.populations.get(projection.def.source.population);
  if (!source) return undefined;
  const b = new KernelBuilder('f64');
  const environment = synapseEnvironment({ source, target }, b, { quantities: projection.quantities, preSide: 'pre', postSide: 'post' });
  const moved = b.load(target.quantity(variable).column, 'post');
  const pulls = projection.contributions.flatMap((c) =>
    c.port === port ? (differentiate(b, lowerExpression(c.value, environment), moved) ?? []) : [],
  );
  if (pulls.length === 0) return undefined;

  const columns = columnsNow(target, memory);
  const sums = new Float64Array(cells.length);
  const sum = addColumn(columns, sums);
  for (const value of pulls) b.body.push({ kind: 'accumulate', column: sum, value });
  const kernel = prune(b.finish('pull', { kind: 'synapses', sources: source.size, targets: target.size, layout: { kind: 'dense' } }));
  const differ = kernel.nodes.some((node) => 'at' in node && (node.at === 'edge' || node.at === 'pre'));
  const incoming = [...cells].map((cell) => synapsesOnto(setting, projection, source.size, cell, differ ? OF_ONE_CELL : 1));
  carryOut(narrowed(kernel, columns, cells, incoming), columns, memory.program);
  return sums.map((s, i) => s * incoming[i].each);
}

/** The kernel for those cells and synapses only: with columns of their own. */
function narrowed(kernel: Kernel, columns: ColumnArray[], cells: Uint32Array, incoming: readonly Incoming[]): Kernel {
  const starts = new Uint32Array(cells.length + 1);
  incoming.forEach((s, i) => {
    starts[i + 1] = starts[i] + s.sources.length;
  });
  const places = Uint32Array.from(incoming.flatMap((s) => s.places));
  const rows = addColumn(columns, starts);
  const sources = addColumn(columns, Uint32Array.from(incoming.flatMap((s) => s.sources)));
  const b = new KernelBuilder(kernel.precision);
  const mapped = copyNodes(kernel.nodes, b, (node) => {
    if (node.op === 'index' && node.at === 'post') return b.load(addColumn(columns, cells), 'post', 'u32');
    if (node.op !== 'load' || (node.at !== 'post' && node.at !== 'edge')) return undefined;
    return b.load(addColumn(columns, pick(columns[node.column], node.at === 'post' ? cells : places)), node.at, node.type);
  });
  b.body.push(...kernel.body.map((s) => mapStatement(s, mapped)));
  return b.finish(kernel.name, { kind: 'synapses', sources: places.length, targets: cells.length, layout: { kind: 'list', rows, sources } });
}

interface Incoming {
  readonly sources: number[];
  /** Where the values of these synapses lie in their columns. */
  readonly places: number[];
  /** How many synapses each of them stands for. */
  readonly each: number;
}

/** At most `limit` of the synapses onto a cell from others. */
function synapsesOnto(setting: Setting, projection: ProjectionPlan, sourceCount: number, cell: number, limit: number): Incoming {
  const { memory, target } = setting;
  const { def, layout } = projection;
  if (layout.kind === 'fan-out') return fannedOnto(projection, cell, limit);
  const isList = layout.kind === 'list';
  const [rows, list] = isList ? [memory.view(layout.rows), memory.view(layout.sources)] : [[], []];
  const [start, end] = isList ? [rows[cell], rows[cell + 1]] : [0, sourceCount];
  const stride = Math.ceil(target.size / 4) * 4;
  const own = def.source.population === def.target.population ? cell : -1;
  let others = end - start - (own < 0 || isList ? 0 : 1);
  if (isList) for (let i = start; i < end; i++) if (list[i] === own) others--;
  const every = Math.max(1, Math.ceil(others / limit));
  const sources: number[] = [];
  const places: number[] = [];
  for (let i = start; i < end; ) {
    const source = isList ? list[i] : i;
    if (source !== own) {
      sources.push(source);
      places.push(isList ? i : source * stride + cell);
    }
    i += source === own ? 1 : every;
  }
  return { sources, places, each: sources.length > 0 ? others / sources.length : 0 };
}

/** The same of synapses that lie by source. */
function fannedOnto({ def, quantities, ends }: ProjectionPlan, cell: number, limit: number): Incoming {
  const { sources: all, targets } = ends();
  const own = def.source.population === def.target.population ? cell : -1;
  const onto: number[] = [];
  for (let i = 0; i < all.length; i++) if (targets[i] === cell && all[i] !== own) onto.push(i);
  const every = Math.max(1, Math.ceil(onto.length / limit));
  const chosen = onto.filter((_, k) => k % every === 0);
  const position = [...quantities.values()].find((q) => q.position)?.position ?? ((i: number): number => i);
  return { sources: chosen.map((i) => all[i]), places: chosen.map(position), each: chosen.length > 0 ? onto.length / chosen.length : 0 };
}
