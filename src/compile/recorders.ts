import { SpikeloomError, suggest, unreachable } from '../core/error.ts';
import { parseUnit, printDimension, type Unit } from '../core/unit.ts';
import { KernelBuilder } from '../ir/build.ts';
import type { ColumnId, NodeId } from '../ir/expr.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { Sampler, SpikeSampler } from '../ir/program.ts';
import type { RecorderDef, SynapseRecorderDef } from '../network/definition.ts';
import type { ColumnTable } from './columns.ts';
import { CellEnvironment } from './environment.ts';
import type { PopulationPlan } from './plan.ts';
import type { ProjectionPlan, SharedColumn } from './projectionPlan.ts';
import { selectCells } from './selection.ts';

/** A recorder, and where its data come to lie. */
export type RecorderPlan = {
  readonly def: RecorderDef;
  /** Cells by index within the population, ascending. */
  readonly cells: Uint32Array;
  /** Of recorded synapses: the cells at both ends, by index within their populations. */
  readonly ends?: { readonly sources: Uint32Array; readonly targets: Uint32Array };
  /** In which values are shown. */
  readonly unit: Unit;
} & (
  | { readonly kind: 'samples'; readonly sampler: Sampler }
  | { readonly kind: 'spikes'; readonly sampler: SpikeSampler }
  | { readonly kind: 'counts'; readonly counts: ColumnId }
);

/** What a recorder adds to a program. */
export interface LoweredRecorder {
  readonly plan: RecorderPlan;
  /** Run after the spikes of a step are known, before the clock goes on. */
  readonly onSpikes: readonly Kernel[];
  /** Run after the clock has gone on: the state is that of t_(k+1). */
  readonly observe: readonly Kernel[];
}

const BUFFER_BYTES = 1 << 20;

/** What recorders can look at. */
export interface Recordable {
  readonly columns: ColumnTable;
  /** Throws where there is none of that name. */
  population(name: string): PopulationPlan;
  projection(name: string): ProjectionPlan;
}

export function lowerRecorder(def: RecorderDef, network: Recordable, id: number): LoweredRecorder {
  if (def.kind === 'synapses' || def.kind === 'histogram') return lowerSynapses(def, network, id);
  const plan = network.population(def.view.population);
  const cells = selectCells(def.view.cells, plan.def);
  switch (def.kind) {
    case 'trace':
      return lowerTrace(def, plan, cells, id);
    case 'mean':
      return lowerMean(def, plan, cells, id);
    case 'spikes':
      return { plan: { def, cells, unit: parseUnit('ms'), kind: 'spikes', sampler: spikeSampler(plan, id) }, onSpikes: [], observe: [] };
    case 'spike-counts':
      return lowerCounts(def, plan, cells, id);
    default:
      return unreachable(def);
  }
}

function unitOf(plan: PopulationPlan, name: string): RecorderPlan['unit'] {
  const quantity = plan.model.quantities.get(name);
  if (quantity) return quantity.unit;
  const found = plan.model.definitions.get(name) ?? plan.model.inputs.get(name);
  return found ? { ...found.unit, text: found.unit.text || printDimension(found.unit.dimension) } : parseUnit('1');
}

function observed(plan: PopulationPlan, name: string, b: KernelBuilder): NodeId {
  return new CellEnvironment(plan, b).lookup(name);
}

function lowerTrace(def: Extract<RecorderDef, { kind: 'trace' }>, plan: PopulationPlan, cells: Uint32Array, id: number): LoweredRecorder {
  const { columns } = plan;
  const quantity = plan.quantities.get(def.quantity);
  const observe: Kernel[] = [];
  let column = quantity?.per === 'cell' && !plan.isDriven(def.quantity) ? quantity.column : undefined;
  if (column === undefined) {
    column = columns.declare(`recorder ${id}.values`, 'float', plan.size, 'state');
    const b = new KernelBuilder('f64');
    b.body.push({ kind: 'store', column, value: observed(plan, def.quantity, b) });
    observe.push(b.finish(`recorder ${id}`, { kind: 'neurons', count: plan.size }));
  }
  const all = cells.length === plan.size;
  const list = all ? null : columns.declare(`recorder ${id}.cells`, 'u32', cells.length, 'constant', cells);
  const sampler = declareSampler(columns, id, { column, cells: list, cellCount: cells.length, every: def.every });
  return { plan: { def, cells, unit: unitOf(plan, def.quantity), kind: 'samples', sampler }, onSpikes: [], observe };
}

function lowerMean(def: Extract<RecorderDef, { kind: 'mean' }>, plan: PopulationPlan, cells: Uint32Array, id: number): LoweredRecorder {
  const { columns } = plan;
  const total = columns.declare(`recorder ${id}.total`, 'f64', 1, 'state');
  const b = new KernelBuilder('f64');
  let value = observed(plan, def.quantity, b);
  if (cells.length < plan.size) {
    const mask = new Uint32Array(plan.size);
    for (const i of cells) mask[i] = 1;
    const chosen = b.load(columns.declare(`recorder ${id}.mask`, 'u32', plan.size, 'constant', mask), 'self', 'u32');
    value = b.math('select', b.math('ltU32', b.u32(0), chosen), value, b.constant(0));
  }
  b.body.push({ kind: 'reduce', column: total, value });
  const sampler = declareSampler(columns, id, { column: total, cells: null, cellCount: 1, every: def.every });
  return {
    plan: { def, cells, unit: unitOf(plan, def.quantity), kind: 'samples', sampler },
    onSpikes: [],
    observe: [b.finish(`recorder ${id}`, { kind: 'neurons', count: plan.size })],
  };
}

/** Where the i-th synapse has its value is where its projection says; one value for all is that of each. */
function lowerSynapses(def: SynapseRecorderDef, { columns, projection }: Recordable, id: number): LoweredRecorder {
  const plan = projection(def.projection);
  const shared = plan.shared.get(def.quantity);
  if (shared) return lowerShared(def, shared, columns, id);
  const quantity = plan.quantities.get(def.quantity);
  if (!quantity) {
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `'${def.quantity}' is not a quantity of synapse '${plan.def.synapse.name}'`,
      path: ['network', `projection '${def.projection}'`, 'record'],
      hint: suggest(def.quantity, plan.quantities.keys()),
    });
  }
  const { per, position } = quantity;
  const observe: Kernel[] = [];
  let { column } = quantity;
  if (plan.courses?.variables.has(def.quantity)) {
    column = columns.declare(`recorder ${id}.values`, 'float', plan.synapses, 'state');
    const b = new KernelBuilder('f64');
    b.body.push({ kind: 'store', column, value: plan.courses.now(def.quantity, b) });
    observe.push(b.finish(`recorder ${id}`, plan.courses.domain));
  }
  const chosen = def.kind === 'synapses' ? chosenOf(def, plan.synapses) : undefined;
  const places = new Uint32Array(chosen?.length ?? plan.synapses);
  if (per === 'synapse') for (const i of places.keys()) places[i] = position ? position(chosen?.[i] ?? i) : (chosen?.[i] ?? i);
  const inOrder = per === 'synapse' && !position && !chosen;
  const cells = inOrder ? null : columns.declare(`recorder ${id}.synapses`, 'u32', places.length, 'constant', places);
  const sampler = declareSampler(columns, id, { column, cells, cellCount: places.length, every: def.every });
  const unit = parseUnit(plan.def.synapse.quantities[def.quantity].unit ?? '1');
  const ends = def.kind === 'synapses' ? { ends: endsOf(plan, chosen) } : {};
  return { plan: { def, cells: new Uint32Array(0), ...ends, unit, kind: 'samples', sampler }, onSpikes: [], observe };
}

function chosenOf(def: Extract<RecorderDef, { kind: 'synapses' }>, synapses: number): readonly number[] | undefined {
  const beyond = def.synapses?.find((i) => i >= synapses);
  if (beyond === undefined) return def.synapses;
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `synapse ${beyond} is to be recorded, but there are ${synapses}`,
    path: ['network', `projection '${def.projection}'`, 'record'],
    hint: 'Give places in the order of getSynapses, which begins with 0.',
  });
}

function endsOf(plan: ProjectionPlan, chosen: readonly number[] | undefined): ReturnType<ProjectionPlan['ends']> {
  const { sources, targets } = plan.ends();
  if (!chosen) return { sources, targets };
  return { sources: Uint32Array.from(chosen, (i) => sources[i]), targets: Uint32Array.from(chosen, (i) => targets[i]) };
}

/** One value for all synapses: it has no ends. */
function lowerShared(def: SynapseRecorderDef, shared: SharedColumn, columns: ColumnTable, id: number): LoweredRecorder {
  if (def.kind === 'histogram' || def.synapses) {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `'${def.quantity}' is one value for all synapses: ${def.kind === 'histogram' ? 'it has no histogram' : 'none can be chosen'}`,
      path: ['network', `projection '${def.projection}'`, 'record'],
      hint: `Record it as it is: recordSynapses(projection, '${def.quantity}').`,
    });
  }
  const column = columns.declare(`recorder ${id}.values`, 'f64', 1, 'state');
  const b = new KernelBuilder('f64');
  b.body.push({ kind: 'store', column, value: shared.now(b) });
  const sampler = declareSampler(columns, id, { column, cells: null, cellCount: 1, every: def.every });
  const none = new Uint32Array(0);
  const plan = { def, cells: none, ends: { sources: none, targets: none }, unit: shared.unit, kind: 'samples', sampler } as const;
  return { plan, onSpikes: [], observe: [b.finish(`recorder ${id}`, { kind: 'once' })] };
}

function declareSampler(columns: ColumnTable, id: number, of: Pick<Sampler, 'column' | 'cells' | 'cellCount' | 'every'>): Sampler {
  const type = columns.type(of.column);
  const bytes = Math.max(1, of.cellCount) * (type === 'f64' ? 8 : 4);
  const capacity = Math.max(1, Math.min(4096, Math.floor(BUFFER_BYTES / bytes)));
  return {
    ...of,
    buffer: columns.declare(`recorder ${id}.buffer`, type, capacity * of.cellCount, 'state'),
    cursor: columns.declare(`recorder ${id}.cursor`, 'u32', 1, 'state'),
    capacity,
  };
}

function spikeSampler(plan: PopulationPlan, id: number): SpikeSampler {
  const { columns } = plan;
  const capacity = Math.max(2 * plan.size, 1 << 14);
  return {
    ...plan.spikes,
    buffer: columns.declare(`recorder ${id}.buffer`, 'u32', 2 * capacity, 'state'),
    cursor: columns.declare(`recorder ${id}.cursor`, 'u32', 1, 'state'),
    capacity,
  };
}

function lowerCounts(def: Extract<RecorderDef, { kind: 'spike-counts' }>, plan: PopulationPlan, cells: Uint32Array, id: number): LoweredRecorder {
  const counts = plan.columns.declare(`recorder ${id}.counts`, 'u32', plan.size, 'state');
  const b = new KernelBuilder('f64');
  b.body.push({ kind: 'store', column: counts, value: b.math('addU32', b.load(counts, 'self', 'u32'), b.u32(1)) });
  const kernel = b.finish(`recorder ${id}`, { kind: 'spikes', ...plan.spikes });
  return { plan: { def, cells, unit: parseUnit('1'), kind: 'counts', counts }, onSpikes: [kernel], observe: [] };
}
