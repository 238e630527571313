import { listFolder, lookAt } from '#platform';
import { SpikeloomError } from '../core/error.ts';
import { guarded } from './guard.ts';
import { readNpz } from './npz.ts';
import { findPartial, isPartial, openPartial } from './partial.ts';
import { readCsv, TABLES_META } from './readCsv.ts';
import type { StoredResults } from './results.ts';
import { loadResults, type Results } from './stored.ts';

/**
 * Reads what a run wrote, every bit of it: a folder of results, or one file of them (`results.npz`, `results.h5`). In a folder
 * where no results are whole, what a run has written so far, or had when it was killed. `ending` says which, and how it ended.
 *
 * @throws SpikeloomError 'input-output' where there is nothing, 'invalid-value' for a file that is damaged, 'unsupported' for others
 */
export async function readResults(path: string): Promise<Results> {
  return loadResults(await openResults(path));
}

async function openResults(path: string): Promise<StoredResults> {
  const found = await guarded('read', path, () => lookAt(path));
  if (!found) throw nothing(path, 'there is no such file or folder', 'Give the folder that was given as --out, or a file in it.');
  if (found.kind === 'folder') return isPartial(path) ? readPartial(path) : readFolder(path);
  if (path.endsWith('.npz')) return readNpz(path, found.size);
  if (path.endsWith('.h5')) return readHdf5File(path);
  throw new SpikeloomError({
    code: 'unsupported',
    message: `${path} can't be read by itself`,
    hint: `Give results.npz, results.h5, or the folder of tables with their ${TABLES_META}.`,
  });
}

async function readFolder(folder: string): Promise<StoredResults> {
  const names = await guarded('read', folder, () => listFolder(folder));
  if (names.includes('results.npz')) return openResults(`${folder}/results.npz`);
  if (names.includes('results.h5')) return openResults(`${folder}/results.h5`);
  if (names.includes(TABLES_META)) return readCsv(folder);
  const partial = await findPartial(folder);
  if (partial !== undefined) return readPartial(partial);
  throw nothing(folder, 'there are no results in it', `Results are results.npz, results.h5, or tables with their ${TABLES_META}.`);
}

async function readPartial(path: string): Promise<StoredResults> {
  const results = await openPartial(path);
  if (!results) throw nothing(path, 'the run ended before it recorded anything', 'Repeat the run.');
  return results;
}

async function readHdf5File(path: string): Promise<StoredResults> {
  const { readHdf5 } = await import('./hdf5.ts');
  return readHdf5(path);
}

function nothing(path: string, what: string, hint: string): SpikeloomError {
  return new SpikeloomError({ code: 'input-output', message: `can't read ${path}: ${what}`, hint });
}
