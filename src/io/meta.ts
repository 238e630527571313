import * as z from 'zod';
import { SpikeloomError } from '../core/error.ts';
import type { RecorderDef } from '../network/definition.ts';
import type { RecorderInfo } from '../simulation/recordings.ts';
import type { Ending } from './results.ts';

/*
 * What stands beside the numbers in every format, as JSON: the step of integration, how the run ended, and what each recorder is.
 * Indices of cells and synapses are arrays of the file.
 */

const VERSION = 1;

export interface RecorderMeta {
  readonly name: string;
  readonly def: RecorderDef;
  readonly unit: string;
  readonly values: RecorderInfo['values'];
  readonly width: number;
  readonly rows: number;
  /** Rows at which time went back, by `reset` or `restore`. */
  readonly restarts: readonly number[];
}

export interface ResultMeta {
  readonly dt: number;
  readonly ending: Ending;
  readonly recorders: readonly RecorderMeta[];
}

const index = z.int().min(0);
const range = z.tuple([index, index]);
const cells = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('slice'), start: index, end: index }),
  z.object({ kind: z.literal('region'), rows: range, columns: range }),
  z.object({ kind: z.literal('cells'), cells: z.array(index) }),
  z.object({ kind: z.literal('where'), condition: z.string() }),
]);
const view = z.object({ population: z.string(), cells });
const sampled = { quantity: z.string(), every: z.int().min(1) };
const def = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trace'), view, ...sampled }),
  z.object({ kind: z.literal('mean'), view, ...sampled }),
  z.object({ kind: z.literal('spikes'), view }),
  z.object({ kind: z.literal('spike-counts'), view }),
  z.object({ kind: z.literal('synapses'), projection: z.string(), ...sampled, synapses: z.array(index).optional() }),
  z.object({ kind: z.literal('histogram'), projection: z.string(), ...sampled, bins: z.int().min(1), range: z.tuple([z.number(), z.number()]) }),
]);
const schema = z.object({
  spikeloom: z.literal('results'),
  version: z.int(),
  dt: z.number().positive(),
  end: z.enum(['done', 'aborted', 'stopped', 'diverged', 'failed', 'running', 'killed']),
  reason: z.string().optional(),
  time_ms: z.number(),
  recorders: z.array(
    z.object({
      name: z.string(),
      def,
      unit: z.string(),
      values: z.enum(['f32', 'f64', 'u32']),
      width: index,
      rows: index,
      restarts: z.array(index).default([]),
    }),
  ),
});

export function printMeta({ dt, ending, recorders }: ResultMeta): string {
  const { end, reason, time } = ending;
  const listed = recorders.map(({ restarts, ...rest }) => ({ ...rest, ...(restarts.length > 0 && { restarts }) }));
  return JSON.stringify({
    spikeloom: 'results',
    version: VERSION,
    dt,
    end,
    ...(reason !== undefined && { reason }),
    time_ms: time,
    recorders: listed,
  });
}

/** @throws SpikeloomError where the text is not such JSON, or of another version */
export function parseMeta(text: string, file: string): ResultMeta {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(file, 'its description is no JSON');
  }
  const version = z.object({ version: z.int() }).safeParse(json);
  if (version.success && version.data.version > VERSION) {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `${file} is of version ${version.data.version}; this spikeloom reads up to version ${VERSION}`,
      hint: 'Read it by the version of spikeloom that wrote it.',
    });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw damaged(file, `its description has a fault at ${path.length > 0 ? path.join('.') : 'its top'}: ${message}`);
  }
  const { dt, end, reason, time_ms, recorders } = parsed.data;
  return { dt, ending: { end, ...(reason !== undefined && { reason }), time: time_ms }, recorders };
}

/** The error for a file that can't have been written by spikeloom as it is. */
export function damaged(file: string, what: string): SpikeloomError {
  return new SpikeloomError({ code: 'invalid-value', message: `${file} can't be read: ${what}`, hint: 'Copy it again, or repeat the run.' });
}

/** Bytes of an array that can be read: what all JavaScript engines have in common. */
const MOST_BYTES = 2 ** 32 - 1;

/** @throws SpikeloomError 'unsupported' where an array is too large to be in memory */
export function requireReadable(file: string, name: string, bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new SpikeloomError({
    code: 'unsupported',
    message: `'${name}' in ${file} has ${(bytes / 1e9).toFixed(1)} GB, more than one array in memory can`,
    hint: 'Open it by NumPy or h5py, which read a part at a time; or record less, or more rarely.',
  });
}
