import { constants, rmSync } from 'node:fs';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Lets timers, signals and input have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Throws the system's own error where no file could be made in a folder, or in one made in its place; makes nothing itself. */
export async function requireWritable(folder: string): Promise<void> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      // The dot makes the system refuse what is no folder.
      return await access(`${at}/.`, constants.W_OK | constants.X_OK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
    }
  }
}

/** Writes a file, and its folder where need be, under another name and then renames it: whoever looks finds the whole file or none. */
export async function writeWhole(folder: string, name: string, content: string | Iterable<string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${name}.${process.pid}.partial`);
  const clear = (): void => rmSync(temporary, { force: true });
  process.once('exit', clear);
  try {
    await writeFile(temporary, content);
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    process.off('exit', clear);
  }
}
