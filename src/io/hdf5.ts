import type { Dataset, Group } from 'h5wasm/node';
import { loadHdf5 } from '#platform';
import { SpikeloomError } from '../core/error.ts';
import { damaged, parseMeta, printMeta, type ResultMeta, requireReadable } from './meta.ts';
import { ARRAYS, type ArrayPlan, arraysOf, BLOCK, fixedArray, type StoredColumn, type StoredResults, timeCourse, type Values } from './results.ts';
import { storedResults } from './stored.ts';

/*
 * Results as one HDF5 file, laid out like the files of SONATA (https://github.com/AllenInstitute/sonata) where that has a place:
 *
 *     magic, version                        attributes of the root
 *     meta                                  JSON: the step of integration, how the run ended, what each recorder is
 *     spikes/NAME/timestamps                f64, ms; attribute `sorting` of the group: by_time, or none where time went back
 *     spikes/NAME/node_ids                  u64; recorded_ids: the cells that could be there
 *     report/NAME/data                      samples x cells, f32 or f64
 *     report/NAME/timestamps                f64, ms
 *     report/NAME/mapping/node_ids          u64; element_ids and index_pointer: one element a cell
 *     report/NAME/mapping/time              start, stop, step, ms; where samples lie at equal distances
 *     mean/NAME/{data, timestamps, node_ids}
 *     counts/NAME/{data, node_ids}
 *     synapses/NAME/{data, timestamps, source_node_ids, target_node_ids}
 *     histogram/NAME/{data, timestamps}     samples x parts of the attribute `range`, u32
 *
 * NAME of spikes is the population, of everything else what `.npz` has too: `exc.v`. The second recorder of the same has `.2`.
 */

type Library = Awaited<ReturnType<typeof loadHdf5>>;

const MAGIC = 0x0a7a;
/** Of SONATA's layout. */
const VERSION = [0, 1];
/** Bytes of a chunk of a dataset. */
const CHUNK = 2 ** 18;

/** Where the arrays of a recorder lie. */
interface Place {
  readonly group: string;
  readonly datasets: Readonly<Partial<Record<ArrayPlan['role'], string>>>;
}

function placeOf(name: string, { def }: StoredColumn['info']): Place {
  switch (def.kind) {
    case 'spikes':
      return {
        group: `spikes/${spikesName(name, def.view.population)}`,
        datasets: { times: 'timestamps', values: 'node_ids', cells: 'recorded_ids' },
      };
    case 'trace':
      return { group: `report/${name}`, datasets: { values: 'data', times: 'timestamps', cells: 'mapping/node_ids' } };
    case 'mean':
      return { group: `mean/${name}`, datasets: { values: 'data', times: 'timestamps', cells: 'node_ids' } };
    case 'spike-counts':
      return { group: `counts/${name}`, datasets: { values: 'data', cells: 'node_ids' } };
    case 'histogram':
      return { group: `histogram/${name}`, datasets: { values: 'data', times: 'timestamps' } };
    case 'synapses':
      return { group: `synapses/${name}`, datasets: { values: 'data', times: 'timestamps', sources: 'source_node_ids', targets: 'target_node_ids' } };
  }
}

function spikesName(name: string, population: string): string {
  return population + name.slice(`${population}.spikes`.length);
}

async function openLibrary(): Promise<Library> {
  const library = await loadHdf5();
  const module = await library.ready;
  // Without it, what goes wrong is printed and forgotten.
  module.activate_throwing_error_handler();
  return library;
}

/** @throws what the library throws, with the system's reason */
export async function writeHdf5(results: StoredResults, meta: ResultMeta, path: string): Promise<void> {
  const library = await openLibrary();
  try {
    const file = new library.File(path, 'w', { track_order: true });
    try {
      file.create_attribute('magic', MAGIC, [], '<I');
      file.create_attribute('version', new Uint32Array(VERSION), [2], '<I');
      file.create_dataset({ name: 'meta', data: printMeta(meta) });
      for (const column of results.columns) await writeColumn(library, file, column, results.dt);
    } finally {
      file.close();
    }
  } catch (error) {
    throw shortened(error);
  }
}

/** What the system said, of the pages that the library says. */
function shortened(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  const reason = /error message = '([^']*)'/.exec(text)?.[1] ?? text.split('\n')[0];
  return new Error(reason === 'No space left on device' ? `ENOSPC: ${reason}` : reason);
}

async function writeColumn(library: Library, file: Group, column: StoredColumn, dt: number): Promise<void> {
  const { info, name, rows } = column;
  const { def, unit, cells } = info;
  const { group: path, datasets } = placeOf(name, info);
  const group = makeGroups(library, file, path);
  const text = (attribute: string, value: string, at: Group | Dataset = group): void => at.create_attribute(attribute, value);
  const { regular, restarts } = await timeCourse(column, dt);
  if (def.kind === 'spikes') text('sorting', restarts.length === 0 ? 'by_time' : 'none');
  if ('view' in def) text('population', def.view.population);
  if ('projection' in def) text('projection', def.projection);
  if ('quantity' in def) text('quantity', def.quantity);
  if (def.kind === 'histogram') group.create_attribute('range', Float64Array.from(def.range), [2], '<d');
  if (def.kind === 'trace') {
    const mapping = group.create_group('mapping');
    mapping.create_dataset({ name: 'element_ids', data: new Uint32Array(cells.length), shape: [cells.length], dtype: '<I' });
    mapping.create_dataset({ name: 'index_pointer', data: BigUint64Array.from({ length: cells.length + 1 }, (_, i) => BigInt(i)), dtype: '<Q' });
    if (regular && rows > 0) {
      const [start] = await column.times(0, 1);
      const step = def.every * dt;
      const time = mapping.create_dataset({ name: 'time', data: Float64Array.of(start, start + rows * step, step), dtype: '<d' });
      text('units', 'ms', time);
    }
  }
  for (const array of arraysOf(name, info)) {
    const dataset = datasets[array.role];
    if (dataset === undefined) continue;
    const made = await writeArray(group, dataset, array, column);
    if (array.role === 'times') text('units', 'ms', made);
    if (dataset === 'data' && unit !== '') text('units', unit, made);
  }
}

function makeGroups(library: Library, file: Group, path: string): Group {
  let at = file;
  for (const name of path.split('/')) {
    const found = at.keys().includes(name) ? at.get(name) : at.create_group(name, true);
    if (!(found instanceof library.Group)) throw new Error(`${path} is no group`);
    at = found;
  }
  return at;
}

/** Writes an array in blocks; indices of cells are u64, as SONATA has them. */
async function writeArray(group: Group, name: string, { role, type, width }: ArrayPlan, column: StoredColumn): Promise<Dataset> {
  const { info, rows } = column;
  const isIds = role === 'cells' || role === 'sources' || role === 'targets' || (role === 'values' && info.def.kind === 'spikes');
  const fixed = fixedArray(role, info);
  const isCounts = info.def.kind === 'spike-counts' && role === 'values';
  const length = fixed?.length ?? (isCounts ? info.width : rows);
  const element = isIds ? 8 : ARRAYS[type].BYTES_PER_ELEMENT;
  const shape = width === undefined ? [length] : [length, width];
  const chunks = chunkShape(shape, element);
  const dtype = isIds ? '<Q' : { f32: '<f', f64: '<d', u32: '<I' }[type];
  const Type = isIds ? BigUint64Array : ARRAYS[type];
  const empty = shape.map((_, i) => (i === 0 ? 0 : shape[i]));
  const dataset = group.create_dataset({ name, data: new Type(0) as Float64Array, shape: empty, maxshape: [null, ...shape.slice(1)], chunks, dtype });
  if (length === 0) return dataset;
  dataset.resize(shape);
  for (const [begin, end] of chunkBlocks(length, element * (width ?? 1), chunks[0])) {
    const values = fixed
      ? fixed.subarray(begin, end)
      : isCounts
        ? await countsOf(column)
        : await (role === 'times' ? column.times(begin, end) : column.values(begin, end));
    const data = isIds ? BigUint64Array.from(values, BigInt) : values;
    dataset.write_slice(
      width === undefined
        ? [[begin, end]]
        : [
            [begin, end],
            [0, width],
          ],
      data,
    );
  }
  return dataset;
}

async function countsOf(column: StoredColumn): Promise<Values> {
  return column.rows > 0 ? column.values(0, 1) : new Uint32Array(column.info.width);
}

/** Rows come whole into a chunk where they are not larger than one. */
function chunkShape(shape: readonly number[], element: number): number[] {
  const width = Math.min(shape[1] ?? 1, CHUNK / element);
  const rows = Math.max(1, Math.floor(CHUNK / element / width));
  return shape.length === 1 ? [rows] : [rows, width];
}

/** Goes through rows in blocks of whole chunks, about a MB each. */
function* chunkBlocks(rows: number, bytesOfRow: number, chunk: number): Generator<readonly [begin: number, end: number]> {
  const step = chunk * Math.max(1, Math.floor(BLOCK / bytesOfRow / chunk));
  for (let begin = 0; begin < rows; begin += step) yield [begin, Math.min(rows, begin + step)];
}

/** The results in such a file. @throws SpikeloomError where it is not one that spikeloom wrote, or damaged */
export async function readHdf5(path: string): Promise<StoredResults> {
  const library = await openLibrary();
  const open = (): InstanceType<Library['File']> => {
    try {
      return new library.File(path, 'r');
    } catch (error) {
      throw damaged(path, shortened(error).message);
    }
  };
  const file = open();
  try {
    const meta = file.keys().includes('meta') ? file.get('meta') : undefined;
    const text = meta instanceof library.Dataset ? meta.value : undefined;
    if (typeof text !== 'string') {
      throw new SpikeloomError({
        code: 'unsupported',
        message: `${path} has no dataset 'meta' that says what the others are`,
        hint: 'Only files that spikeloom wrote can be read.',
      });
    }
    return await storedResults(parseMeta(text, path), path, async (plan, { name, ...rest }) => {
      const { group, datasets } = placeOf(name, { ...rest, cells: new Uint32Array(0) });
      return readArray(library, file, `${group}/${datasets[plan.role]}`, plan, path);
    });
  } catch (error) {
    throw error instanceof SpikeloomError ? error : damaged(path, shortened(error).message);
  } finally {
    file.close();
  }
}

function readArray(library: Library, file: Group, name: string, { type, width }: ArrayPlan, path: string): Values {
  const dataset = file.get(name);
  const shape = dataset instanceof library.Dataset ? dataset.shape : undefined;
  if (!(dataset instanceof library.Dataset) || !shape || shape.slice(1).join() !== (width === undefined ? '' : `${width}`)) {
    throw damaged(path, `dataset '${name}' is missing or of another shape`);
  }
  const [rows] = shape;
  requireReadable(path, name, rows * (width ?? 1) * ARRAYS[type].BYTES_PER_ELEMENT);
  const values = new ARRAYS[type](rows * (width ?? 1));
  for (const [begin, end] of chunkBlocks(rows, values.BYTES_PER_ELEMENT * (width ?? 1), 1)) {
    const part = dataset.slice([[begin, end]]);
    if (part instanceof BigUint64Array) values.set(Uint32Array.from(part, Number), begin);
    else if (part instanceof ARRAYS[type]) values.set(part, begin * (width ?? 1));
    else throw damaged(path, `dataset '${name}' is of another type`);
  }
  return values;
}
