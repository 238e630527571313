import type { Executor } from '../backends/backend.ts';
import type { CompiledNetwork } from '../compile/compile.ts';
import type { RecorderPlan } from '../compile/recorders.ts';
import { fromCoherent, type Unit } from '../core/unit.ts';
import { type ValueArray, valueTypeOf } from '../ir/program.ts';
import type { RecordedChunk, RecorderInfo } from './recordings.ts';

type Histogram = Extract<RecorderPlan['def'], { kind: 'histogram' }>;
type Samples = Extract<RecorderPlan, { kind: 'samples' }>;
type Counts = Extract<RecorderPlan, { kind: 'counts' }>;
type SpikesPlan = Extract<RecorderPlan, { kind: 'spikes' }>;

/** What the recorders of a program record. */
export function recorderInfos({ recorders, program }: CompiledNetwork): RecorderInfo[] {
  return recorders.map((plan): RecorderInfo => {
    const { def, cells } = plan;
    const common = { def, cells, unit: plan.unit.text, ...(plan.ends && { ends: plan.ends }) };
    if (plan.kind !== 'samples') return { ...common, values: 'u32', width: plan.kind === 'spikes' ? 1 : cells.length };
    if (def.kind === 'histogram') return { ...common, values: 'u32', width: def.bins };
    const type = valueTypeOf(program.columns[plan.sampler.buffer]);
    return { ...common, values: def.kind === 'mean' ? 'f64' : type, width: plan.sampler.cellCount };
  });
}

/** Steps that can be run before some buffer of samples is full. */
export function roomOfRecorders({ recorders }: CompiledNetwork, step: number): number {
  let room = Number.POSITIVE_INFINITY;
  for (const plan of recorders) {
    if (plan.kind !== 'samples') continue;
    const { every, capacity } = plan.sampler;
    room = Math.min(room, capacity * every - (step % every));
  }
  return room;
}

/** Empties the executor's buffers; `step` is the number of steps done. */
export function* drainRecorders(
  { recorders, program }: CompiledNetwork,
  executor: Executor,
  step: number,
): Generator<readonly [number, RecordedChunk]> {
  for (const [index, plan] of recorders.entries()) {
    if (plan.kind === 'counts') {
      yield [index, { steps: new Uint32Array(0), values: countsOf(plan, program.columns[plan.counts].length, executor) }];
      continue;
    }
    const chunk = plan.kind === 'samples' ? drainSamples(plan, executor, step) : drainSpikes(plan, executor);
    if (chunk.steps.length > 0) yield [index, chunk];
  }
}

/** Counts are taken after every few steps: no cell may cost more than a copy. */
function countsOf({ cells, counts }: Counts, size: number, executor: Executor): Uint32Array {
  const all = executor.view(counts) as Uint32Array;
  // Cells ascend: as many as there are, they are all.
  if (cells.length === size) return all.slice(0, size);
  const values = new Uint32Array(cells.length);
  for (let i = 0; i < cells.length; i++) values[i] = all[cells[i]];
  return values;
}

function drainSamples({ def, cells, unit, sampler }: Samples, executor: Executor, step: number): RecordedChunk {
  const cursor = executor.view(sampler.cursor);
  const count = cursor[0];
  const values = (executor.view(sampler.buffer) as ValueArray).slice(0, count * sampler.cellCount);
  const last = step - (step % sampler.every);
  const steps = new Uint32Array(count);
  for (let i = 0; i < count; i++) steps[i] = last - (count - 1 - i) * sampler.every;
  cursor[0] = 0;
  if (def.kind === 'histogram') return { steps, values: binned(inUnit(values, unit), def, count) };
  return { steps, values: def.kind === 'mean' ? Float64Array.from(values, (x) => fromCoherent(x / cells.length, unit)) : inUnit(values, unit) };
}

/** How many values of each sample lie in each part of the range. In f32 its ends are rounded as bounds of the values are. */
function binned(values: RecordedChunk['values'], { bins, range }: Histogram, samples: number): Uint32Array {
  const [low, high] = values instanceof Float32Array ? range.map(Math.fround) : range;
  const counts = new Uint32Array(samples * bins);
  const width = values.length / Math.max(1, samples);
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    if (!(x >= low && x <= high)) continue;
    const bin = Math.min(bins - 1, Math.floor(((x - low) / (high - low)) * bins));
    counts[Math.floor(i / width) * bins + bin]++;
  }
  return counts;
}

function inUnit(values: RecordedChunk['values'], unit: Unit): RecordedChunk['values'] {
  return unit.scale === 1 ? values : values.map((x) => fromCoherent(x, unit));
}

function drainSpikes(plan: SpikesPlan, executor: Executor): RecordedChunk {
  const cursor = executor.view(plan.sampler.cursor);
  const pairs = executor.view(plan.sampler.buffer).subarray(0, 2 * cursor[0]);
  const chosen = plan.def.kind === 'spikes' && plan.def.view.cells.kind === 'all' ? undefined : new Set(plan.cells);
  const values = new Uint32Array(pairs.length / 2);
  const steps = new Uint32Array(pairs.length / 2);
  let n = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    if (chosen && !chosen.has(pairs[i])) continue;
    values[n] = pairs[i];
    steps[n++] = pairs[i + 1];
  }
  cursor[0] = 0;
  return { steps: steps.slice(0, n), values: values.slice(0, n) };
}
