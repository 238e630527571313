import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Folders of their own for the tests of a file, which are gone after them. */
export function temporaryFolders(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'spikeloom-'));
  let made = 0;
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return () => join(root, `${++made}`);
}
