import { constants } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Lets timers, signals and input have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Makes a folder and what leads to it, and says whether files can be made in it: throws the system's own error where not. */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK);
}

/** Writes a file under another name and then renames it: whoever looks finds the whole file or none. */
export async function writeWhole(folder: string, name: string, chunks: Iterable<string>): Promise<void> {
  const temporary = join(folder, `.${name}.${process.pid}.partial`);
  try {
    const file = await open(temporary, 'w');
    try {
      for (const chunk of chunks) await file.write(chunk);
    } finally {
      await file.close();
    }
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
