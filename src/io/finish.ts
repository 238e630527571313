import { createFile, moveFile, removeFile, removeFolder, writeAt } from '#platform';
import { SpikeloomError } from '../core/error.ts';
import { TABLES, tableText } from './csv.ts';
import { guarded } from './guard.ts';
import type { ResultMeta } from './meta.ts';
import { writeNpz } from './npz.ts';
import { findPartial, isWritten, openPartial } from './partial.ts';
import { printTablesMeta, TABLES_META } from './readCsv.ts';
import { FORMATS, type Format, type StoredResults } from './results.ts';
import { metaOf } from './stored.ts';

/** Every file that results can have. Those of an earlier run go when others are whole: the two must never be taken for one. */
const ALL_FILES = [...TABLES.map(({ file }) => file), TABLES_META, 'results.npz', 'results.h5'];

/** @throws SpikeloomError 'usage' */
export function requireFormats(formats: readonly Format[]): void {
  const unknown = formats.find((format) => !FORMATS.includes(format));
  if (unknown === undefined && formats.length > 0) return;
  throw new SpikeloomError({
    code: 'usage',
    message: unknown === undefined ? 'no format is given for the results' : `'${String(unknown)}' is not a format of results`,
    hint: `Formats are: ${FORMATS.join(', ')}.`,
  });
}

/**
 * Makes whole files of what lies in the folder of a run, and removes that. Unless all can be written, nothing changes.
 *
 * @returns names of the files
 * @throws SpikeloomError 'input-output'
 */
export async function finishPartial(folder: string, partial: string, formats: readonly Format[]): Promise<readonly string[]> {
  const results = await openPartial(partial);
  const files: string[] = [];
  if (!results) {
    await guarded('remove', partial, () => removeFolder(partial));
    return files;
  }
  try {
    await removeUnfinished(partial);
    if (results.columns.length > 0) {
      const meta = await metaOf(results);
      for (const format of FORMATS) if (formats.includes(format)) await WRITERS[format](results, meta, partial, files);
    }
    await publish(folder, partial, files);
  } catch (error) {
    await removeUnfinished(partial).catch(() => undefined);
    throw error instanceof SpikeloomError ? withAdvice(error, folder, partial) : error;
  }
  return files;
}

/** Files that were begun, maybe by a process that is dead. */
async function removeUnfinished(partial: string): Promise<void> {
  for (const name of ALL_FILES) await guarded('remove', `${partial}/${name}.partial`, () => removeFile(`${partial}/${name}.partial`));
}

/** Old files go before new ones come: whatever happens in between, the two are never there together. */
async function publish(folder: string, partial: string, files: readonly string[]): Promise<void> {
  for (const name of ALL_FILES) await guarded('remove', `${folder}/${name}`, () => removeFile(`${folder}/${name}`));
  for (const name of files) await guarded('write', `${folder}/${name}`, () => moveFile(`${partial}/${name}.partial`, `${folder}/${name}`));
  await guarded('remove', partial, () => removeFolder(partial));
}

function withAdvice(error: SpikeloomError, folder: string, partial: string): SpikeloomError {
  const hint = `What was recorded is kept in ${partial}: readResults('${folder}') reads it, 'spikeloom salvage ${folder}' or salvageResults('${folder}') makes files of it.`;
  return new SpikeloomError(error.problems.map((problem) => ({ ...problem, hint: `${problem.hint ?? ''} ${hint}`.trim() })));
}

/**
 * Makes whole files of what a run left that was killed, or that had no space for them. They say how it ended.
 *
 * @returns names of the files
 * @throws SpikeloomError 'usage' where nothing was left, or the run still goes on
 */
export async function salvageResults(folder: string, formats: readonly Format[] = ['npz']): Promise<readonly string[]> {
  requireFormats(formats);
  const partial = await findPartial(folder);
  if (partial === undefined) {
    throw new SpikeloomError({
      code: 'usage',
      message: `no run has left anything in ${folder} that is not whole`,
      hint: 'Give the folder of a run that was killed.',
    });
  }
  if (isWritten(partial)) {
    throw new SpikeloomError({ code: 'usage', message: `the run that writes ${partial} may still go on`, hint: 'Wait for its end.' });
  }
  return finishPartial(folder, partial, formats);
}

/** Writes files under names that end in `.partial`, and adds the names that they will have. */
type Writer = (results: StoredResults, meta: ResultMeta, folder: string, files: string[]) => Promise<void>;

const WRITERS: Readonly<Record<Format, Writer>> = {
  csv: async (results, meta, folder, files) => {
    for (const table of TABLES) {
      const text = tableText(table, results);
      if (!text) continue;
      const write = await newFile(folder, table.file, files);
      for await (const piece of text) await write(piece);
    }
    const write = await newFile(folder, TABLES_META, files);
    await write(new TextEncoder().encode(printTablesMeta(results, meta)));
  },
  npz: async (results, meta, folder, files) => {
    await writeNpz(results, meta, await newFile(folder, 'results.npz', files));
  },
  h5: async (results, meta, folder, files) => {
    const { writeHdf5 } = await import('./hdf5.ts');
    const path = `${folder}/results.h5.partial`;
    await guarded('write', path, () => writeHdf5(results, meta, path));
    files.push('results.h5');
  },
};

/** Makes a file that grows by what it is given. */
async function newFile(folder: string, name: string, files: string[]): Promise<(bytes: Uint8Array) => Promise<void>> {
  const path = `${folder}/${name}.partial`;
  let length = 0;
  await guarded('write', path, () => createFile(path, new Uint8Array(0)));
  files.push(name);
  return async (bytes) => {
    await guarded('write', path, () => writeAt(path, length, bytes));
    length += bytes.length;
  };
}
