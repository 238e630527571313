import { rmSync } from 'node:fs';
import { access, appendFile, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises';
import { availableParallelism, hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, type TransferListItem, Worker } from 'node:worker_threads';

export { carryOutPart } from './thread.mjs';

/** Here threads have a file of their own. */
export function offerThreads(_file: string): void {}

/** Whether threads of this process can share memory and wait for each other here. */
export function mayShareThreads(): boolean {
  return true;
}

/** Cores that this process may use. */
export function coreCount(): number {
  return availableParallelism();
}

/** Starts a thread that shares memory with this one; it keeps no process alive. */
export function startThread(part: object): Promise<{ isAlive(): boolean; end(): void }> {
  return startFile('./nodeThread.mjs', part);
}

/** Whether threads can help with what this one does all at once, waiting for them. */
export function mayHelp(): boolean {
  return true;
}

/** How long one who waits for an answer sleeps before he looks whether somebody is still there, ms. */
const PATIENCE = 100;

/** Starts a thread that answers questions (see `#helper` in package.json) while this one waits; it keeps no process alive. */
export async function startHelper(): Promise<{ isAlive(): boolean; end(): void; ask(question: object): void; answer(): unknown }> {
  const { port1: port, port2 } = new MessageChannel();
  const answers = new Int32Array(new SharedArrayBuffer(4));
  const { isAlive, end } = await startFile('./nodeHelper.mjs', { port: port2, answers }, [port2]);
  return {
    isAlive,
    end: () => {
      port.close();
      end();
    },
    ask: (question) => port.postMessage(question),
    /** Waits; undefined where the thread has ended. */
    answer: () => {
      for (;;) {
        const seen = Atomics.load(answers, 0);
        const mayCome = isAlive();
        const received: { readonly message: unknown } | undefined = receiveMessageOnPort(port);
        if (received) return received.message;
        if (!mayCome) return undefined;
        Atomics.wait(answers, 0, seen, PATIENCE);
      }
    },
  };
}

async function startFile(file: string, workerData: object, transferList: TransferListItem[] = []): Promise<{ isAlive(): boolean; end(): void }> {
  // Flags of the process, such as loaders, are none of theirs.
  const worker = new Worker(new URL(file, import.meta.url), { workerData, transferList, execArgv: [] });
  await new Promise((resolve, reject) => {
    worker
      .once('message', resolve)
      .once('error', reject)
      .once('exit', () => reject(new Error('it ended at once')));
  });
  // Asked for once while it lives: of a thread that has ended nothing is known but what was known before.
  worker.performance.eventLoopUtilization();
  let alive = true;
  // Whoever waits for it is told by the memory that both share, or finds that it is gone.
  worker
    .removeAllListeners()
    .on('error', () => {})
    .on('exit', () => {
      alive = false;
    });
  worker.unref();
  // Told at once, unlike by events: of one that has ended there is no such time.
  const isAlive = (): boolean => alive && worker.performance.eventLoopUtilization().idle >= 0;
  const end = (): void => {
    alive = false;
    void worker.terminate();
  };
  return { isAlive, end };
}

/** Lets timers, signals and input have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Throws the system's own error where no file could be made in a folder, or in one made in its place: by making one. What it makes
 * is gone when it returns.
 */
export async function requireWritable(folder: string): Promise<void> {
  const made = await makeMissing(folder);
  try {
    const probe = join(folder, `.probe.${process.pid}.partial`);
    await writeFile(probe, '');
    await rm(probe);
  } finally {
    for (const path of made.reverse()) await rmdir(path).catch(() => undefined);
  }
}

/** Makes a folder, and those around it; answers those that were not there. Unlike a recursive mkdir it ends below /proc. */
async function makeMissing(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      // The dot makes the system refuse what is no folder.
      await access(`${at}/.`);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
      missing.unshift(at);
    }
  }
  const made: string[] = [];
  for (const path of missing) {
    try {
      await mkdir(path);
      made.push(path);
    } catch (error) {
      // Somebody else made it in the meantime.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      for (const own of made.reverse()) await rmdir(own).catch(() => undefined);
      throw error;
    }
  }
  return made;
}

/** Writes a file, and its folder where need be, under another name and then renames it: whoever looks finds the whole file or none. */
export async function writeWhole(folder: string, name: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
  await makeMissing(folder);
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

/** This process, in a word that can stand in a name of a file. */
export const OWNER = `${hostname().replaceAll(/[^\w-]/g, '_')}-${process.pid}`;

/** Whether a process still runs, given as its own `OWNER`. One of another machine may. */
export function mayBeAlive(owner: string): boolean {
  const cut = owner.lastIndexOf('-');
  const [host, pid] = [owner.slice(0, cut), Number(owner.slice(cut + 1))];
  if (host !== OWNER.slice(0, OWNER.lastIndexOf('-'))) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Makes a folder, and those above it. False where it is there already. */
export async function makeFolder(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** Names of what is in a folder, sorted; none where there is no folder. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** What there is at a path. @returns undefined where there is nothing */
export async function lookAt(path: string): Promise<{ readonly kind: 'file' | 'folder'; readonly size: number } | undefined> {
  try {
    const found = await stat(path);
    return { kind: found.isDirectory() ? 'folder' : 'file', size: found.size };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Makes a file that is not there yet. */
export async function createFile(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes, { flag: 'wx' });
}

/** Writes into a file that is there, at a position; beyond its end it grows. */
export async function writeAt(path: string, position: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  } finally {
    await file.close();
  }
}

/** Bytes of a file from a position on: as many as asked for, or as there are. */
export async function readAt(path: string, position: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 2 ** 30), position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done === length ? bytes : bytes.slice(0, done);
  } finally {
    await file.close();
  }
}

/** Makes a file shorter. */
export async function cutFile(path: string, length: number): Promise<void> {
  const { size } = await stat(path);
  if (size > length) await truncate(path, length);
}

/** Gives a file, once it is safely on the disk, another name; what had that name is gone. */
export async function moveFile(from: string, to: string): Promise<void> {
  const file = await open(from, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(from, to);
}

/** Removes a file, if there is one. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Removes a folder with all that is in it, if there is one. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** The HDF5 library, which here opens files by their own paths. */
export async function loadHdf5(): Promise<typeof import('h5wasm/node')> {
  return import('h5wasm/node');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}
/** A native module, which no bundler can take in: it is not named where it is imported, so that none tries. */
const RESVG = '@resvg/resvg-js';

/** An SVG picture as PNG, with the fonts that the package brings and no others. */
export async function drawSvg(svg: string, scale: number): Promise<Uint8Array> {
  const { Resvg }: typeof import('@resvg/resvg-js') = await import(RESVG);
  const fontFiles = ['Inter-Regular.otf', 'Inter-SemiBold.otf'].map((name) => fileURLToPath(new URL(`../../assets/fonts/${name}`, import.meta.url)));
  // Without a font, resvg would leave out all text and say nothing.
  for (const file of fontFiles) await access(file);
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Inter' };
  return new Uint8Array(new Resvg(svg, { font, fitTo: { mode: 'zoom', value: scale } }).render().asPng());
}

/** All of a file. */
export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(path));
}

/** Adds to the end of a file, which is made where need be; its folder is there. */
export async function appendText(path: string, text: string): Promise<void> {
  await appendFile(path, text);
}
