import { type RecordedChunk, type RecorderInfo, Recordings } from '../simulation/recordings.ts';
import { damaged, type RecorderMeta, type ResultMeta } from './meta.ts';
import {
  type ArrayPlan,
  arraysOf,
  type Ending,
  ResultNames,
  type StoredColumn,
  type StoredResults,
  stepOffset,
  stepsOf,
  timeCourse,
  type Values,
} from './results.ts';

/** What was recorded, read back from files, and how the run ended. */
export class Results extends Recordings {
  readonly ending: Ending;

  constructor(dt: number, ending: Ending, recorded: readonly { readonly info: RecorderInfo; readonly chunk?: RecordedChunk }[]) {
    super(
      recorded.map(({ info }) => info),
      dt,
    );
    this.ending = ending;
    for (const [index, { chunk }] of recorded.entries()) if (chunk) this.append(index, chunk);
  }
}

/** A recorder whose arrays are in memory. */
export function memoryColumn(name: string, info: RecorderInfo, times: Float64Array, values: Values): StoredColumn {
  const rows = info.def.kind === 'spike-counts' ? Number(values.length > 0) : times.length;
  return {
    name,
    info,
    rows,
    times: async (begin, end) => times.subarray(begin, end),
    values: async (begin, end) => values.subarray(begin * info.width, end * info.width),
  };
}

/** Recordings as they would be read back. */
export function storedRecordings(recordings: Recordings, ending: Ending): StoredResults {
  const names = new ResultNames();
  const columns = recordings.infos.map((info, index) => {
    const { steps, values } = recordings.chunk(index);
    const offset = stepOffset(info.def);
    return memoryColumn(
      names.nameOf(info),
      info,
      Float64Array.from(steps, (step) => (step + offset) * recordings.dt),
      values,
    );
  });
  return { dt: recordings.dt, ending, columns };
}

/**
 * Results of which a file gives one array after the other.
 *
 * @throws SpikeloomError 'invalid-value' where arrays do not have the lengths that the description says
 */
export async function storedResults(
  meta: ResultMeta,
  file: string,
  arrayOf: (plan: ArrayPlan, recorder: RecorderMeta) => Promise<Values>,
): Promise<StoredResults> {
  const columns: StoredColumn[] = [];
  for (const recorder of meta.recorders) {
    const { name, def, unit, values, width, rows } = recorder;
    const arrays = new Map<string, Values>();
    for (const plan of arraysOf(name, { def, unit, values, width, cells: new Uint32Array(0) })) arrays.set(plan.role, await arrayOf(plan, recorder));
    const get = (role: string): Values => arrays.get(role) ?? new Uint32Array(0);
    const isCounts = def.kind === 'spike-counts';
    const lengths = isCounts ? [0, width] : [rows, rows * width];
    if (get('times').length !== lengths[0] || get('values').length !== lengths[1])
      throw damaged(file, `the arrays of '${name}' have other lengths than it says`);
    const info: RecorderInfo = {
      def,
      cells: get('cells') as Uint32Array,
      ...(def.kind === 'synapses' && { ends: { sources: get('sources') as Uint32Array, targets: get('targets') as Uint32Array } }),
      unit,
      values,
      width,
    };
    const recorded = isCounts && rows === 0 ? new Uint32Array(0) : get('values');
    columns.push(memoryColumn(name, info, Float64Array.from(get('times')), recorded));
  }
  return { dt: meta.dt, ending: meta.ending, columns };
}

/** All of it in memory. */
export async function loadResults({ dt, ending, columns }: StoredResults): Promise<Results> {
  const recorded: { info: RecorderInfo; chunk?: RecordedChunk }[] = [];
  for (const { info, rows, times, values } of columns) {
    const steps = info.def.kind === 'spike-counts' ? new Uint32Array(0) : stepsOf(await times(0, rows), dt, info.def);
    recorded.push(rows > 0 ? { info, chunk: { steps, values: await values(0, rows) } } : { info });
  }
  return new Results(dt, ending, recorded);
}

/** What is to be said beside the numbers. */
export async function metaOf({ dt, ending, columns }: StoredResults): Promise<ResultMeta> {
  const recorders: RecorderMeta[] = [];
  let time = ending.time;
  for (const column of columns) {
    const { def, unit, values, width } = column.info;
    const { restarts, latest } = await timeCourse(column, dt);
    time = Math.max(time, latest);
    recorders.push({ name: column.name, def, unit, values, width, rows: column.rows, restarts });
  }
  return { dt, ending: { ...ending, time }, recorders };
}
