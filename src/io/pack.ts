import type { Recordings } from '../simulation/recordings.ts';
import { writeNpz } from './npz.ts';
import type { Ending } from './results.ts';
import { metaOf, storedRecordings } from './stored.ts';

/** Recordings as the bytes of `results.npz`, for where there are no folders: a page can offer them for download. */
export async function packNpz(recordings: Recordings, ending: Partial<Ending> = {}): Promise<Uint8Array> {
  const results = storedRecordings(recordings, { end: 'done', time: 0, ...ending });
  const pieces: Uint8Array[] = [];
  // The archive's own pieces may be used again.
  await writeNpz(results, await metaOf(results), async (piece) => {
    pieces.push(piece.slice());
  });
  const bytes = new Uint8Array(pieces.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
