import { readAt } from '#platform';
import { SpikeloomError } from '../core/error.ts';
import { damaged, parseMeta, printMeta, type ResultMeta, requireReadable } from './meta.ts';
import { elementType, NPY_HEAD, npyHead, npyText, parseNpyHead, textOfNpy } from './npy.ts';
import { ARRAYS, type ArrayPlan, arraysOf, bytesOf, fixedArray, rowBlocks, type StoredColumn, type StoredResults, type Values } from './results.ts';
import { storedResults } from './stored.ts';

/*
 * Results as one `.npz`, an archive of arrays by name, for `numpy.load`. Nothing is compressed, so that writing costs a copy.
 */

/** Name of the array that describes the others, as JSON: `json.loads(str(file['meta']))`. */
export const META_ARRAY = 'meta';

/** Writes the archive piece after piece. */
export async function writeNpz(results: StoredResults, meta: ResultMeta, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const { configure, ZipWriter } = await import('@zip.js/zip.js');
  configure({ useWebWorkers: false });
  const zip = new ZipWriter(new WritableStream({ write }), {
    level: 0,
    // The same results are the same bytes.
    lastModDate: new Date(1980, 0, 1),
    extendedTimestamp: false,
  });
  for (const column of results.columns) {
    for (const array of arraysOf(column.name, column.info)) {
      await zip.add(`${array.name}.npy`, streamOf(arrayBytes(column, array)), { zip64: byteLength(column, array) >= 2 ** 32 - 1 });
    }
  }
  await zip.add(`${META_ARRAY}.npy`, streamOf([npyText(printMeta(meta))]));
  await zip.close();
}

function byteLength({ info, rows }: StoredColumn, { role, type, width }: ArrayPlan): number {
  const length = fixedArray(role, info)?.length ?? (info.def.kind === 'spike-counts' ? info.width : rows * (width ?? 1));
  return NPY_HEAD + length * ARRAYS[type].BYTES_PER_ELEMENT;
}

/** An array as a file of NumPy. */
async function* arrayBytes(column: StoredColumn, array: ArrayPlan): AsyncGenerator<Uint8Array> {
  const { info, rows } = column;
  const fixed = fixedArray(array.role, info);
  if (fixed) {
    yield npyHead(array.type, [fixed.length]);
    yield bytesOf(fixed);
    return;
  }
  if (info.def.kind === 'spike-counts') {
    yield npyHead(array.type, [info.width]);
    yield rows > 0 ? bytesOf(await column.values(0, rows)) : new Uint8Array(4 * info.width);
    return;
  }
  yield npyHead(array.type, array.width === undefined ? [rows] : [rows, array.width]);
  const size = ARRAYS[array.type].BYTES_PER_ELEMENT * (array.width ?? 1);
  for (const [begin, end] of rowBlocks(rows, size)) {
    yield bytesOf(array.role === 'times' ? await column.times(begin, end) : await column.values(begin, end));
  }
}

function streamOf(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const from = (async function* () {
    yield* pieces;
  })();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await from.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The results in such a file. @throws SpikeloomError where it is not one that spikeloom wrote, or damaged */
export async function readNpz(file: string, size: number): Promise<StoredResults> {
  const arrays = await readArrays(file, size);
  const meta = arrays.get(META_ARRAY);
  if (!meta || !/^<U\d+$/.test(meta.descr)) {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `${file} has no array '${META_ARRAY}' that says what the others are`,
      hint: 'Only files that spikeloom wrote can be read.',
    });
  }
  return storedResults(parseMeta(textOfNpy(meta.data), file), file, async (plan): Promise<Values> => {
    const found = arrays.get(plan.name);
    if (!found || elementType(found) !== plan.type) throw damaged(file, `array '${plan.name}' is missing or of another type`);
    return new ARRAYS[plan.type](found.data.buffer as ArrayBuffer, found.data.byteOffset, found.data.length / ARRAYS[plan.type].BYTES_PER_ELEMENT);
  });
}

interface NpyArray {
  readonly descr: string;
  readonly data: Uint8Array;
}

async function readArrays(file: string, size: number): Promise<Map<string, NpyArray>> {
  const { configure, Reader, ZipReader } = await import('@zip.js/zip.js');
  configure({ useWebWorkers: false });
  class FileReader extends Reader<string> {
    override size = size;
    override readUint8Array(index: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
      return readAt(file, index, length) as Promise<Uint8Array<ArrayBuffer>>;
    }
  }
  const arrays = new Map<string, NpyArray>();
  try {
    const zip = new ZipReader(new FileReader(file), { checkSignature: true });
    for (const entry of await zip.getEntries()) {
      if (entry.directory || !entry.filename.endsWith('.npy')) continue;
      requireReadable(file, entry.filename, entry.uncompressedSize);
      const array = await readArray(entry.uncompressedSize, (stream) => entry.getData(stream));
      if (!array) throw new Error(`${entry.filename} is no array`);
      arrays.set(entry.filename.slice(0, -'.npy'.length), array);
    }
    await zip.close();
  } catch (error) {
    if (error instanceof SpikeloomError) throw error;
    throw damaged(file, error instanceof Error ? error.message : String(error));
  }
  return arrays;
}

/** Data begin at a multiple of 8 bytes, so that any type fits. */
async function readArray(size: number, read: (into: WritableStream) => Promise<unknown>): Promise<NpyArray | undefined> {
  const bytes = new Uint8Array(size);
  let at = 0;
  const write = (piece: Uint8Array): void => {
    bytes.set(piece, at);
    at += piece.length;
  };
  await read(new WritableStream({ write }));
  const head = parseNpyHead(bytes);
  if (!head || at !== size) return undefined;
  const data = head.begin % 8 === 0 ? bytes.subarray(head.begin) : bytes.slice(head.begin);
  return { descr: head.descr, data };
}
