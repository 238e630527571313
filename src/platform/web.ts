export { carryOutPart } from './thread.mjs';

/** Where this page's engine lies: a thread is the same file. */
let engineFile: string | undefined;

/** Says that this is the engine of a page, whose file serves as a thread too when it is sent a part. */
export function offerThreads(file: string): void {
  engineFile = file;
}

/** Whether threads can share memory and wait for each other here: in the engine's worker, of a page that is isolated from others. */
export function mayShareThreads(): boolean {
  return engineFile !== undefined && typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated === true;
}

/** Cores that the page may know of. */
export function coreCount(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Starts a thread that shares memory with this one. */
export async function startThread(part: object): Promise<{ isAlive(): boolean; end(): void }> {
  if (engineFile === undefined) throw new Error('threads are started by the engine of a page only');
  const worker = new Worker(engineFile, { name: 'spikeloom thread' });
  await new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message || 'its file could not be loaded'));
    worker.postMessage({ part });
  });
  let alive = true;
  worker.onerror = () => {
    alive = false;
  };
  return { isAlive: () => alive, end: () => worker.terminate() };
}

/** Whether threads can help with what this one does all at once, waiting for them: not where answers come as events. */
export function mayHelp(): boolean {
  return false;
}

export async function startHelper(): Promise<{ isAlive(): boolean; end(): void; ask(question: object): void; answer(): unknown }> {
  throw new Error('a page has no threads that help to make synapses');
}

/** Lets timers, messages and painting have their turn; timers would add at least 4 ms each time. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

/*
 * Pages have no folders: everything that needs one refuses, as a system would.
 */

export async function requireWritable(folder: string): Promise<void> {
  throw new Error(`a page can't open the folder ${folder}`);
}

export async function writeWhole(folder: string, name: string, _content: string | Uint8Array | Iterable<string>): Promise<void> {
  throw new Error(`a page can't write ${folder}/${name}`);
}

export const OWNER = 'page';

export function mayBeAlive(_owner: string): boolean {
  return true;
}

export async function makeFolder(path: string): Promise<boolean> {
  throw new Error(`a page can't make the folder ${path}`);
}

export async function listFolder(path: string): Promise<string[]> {
  throw new Error(`a page can't open the folder ${path}`);
}

export async function lookAt(path: string): Promise<{ readonly kind: 'file' | 'folder'; readonly size: number } | undefined> {
  throw new Error(`a page can't look at ${path}`);
}

export async function createFile(path: string, _bytes: Uint8Array): Promise<void> {
  throw new Error(`a page can't write ${path}`);
}

export async function writeAt(path: string, _position: number, _bytes: Uint8Array): Promise<void> {
  throw new Error(`a page can't write ${path}`);
}

export async function readAt(path: string, _position: number, _length: number): Promise<Uint8Array> {
  throw new Error(`a page can't read ${path}`);
}

export async function cutFile(path: string, _length: number): Promise<void> {
  throw new Error(`a page can't write ${path}`);
}

export async function moveFile(from: string, _to: string): Promise<void> {
  throw new Error(`a page can't rename ${from}`);
}

export async function removeFile(path: string): Promise<void> {
  throw new Error(`a page can't remove ${path}`);
}

export async function removeFolder(path: string): Promise<void> {
  throw new Error(`a page can't remove ${path}`);
}

export async function loadHdf5(): Promise<typeof import('h5wasm/node')> {
  throw new Error("a page can't write HDF5 to a disk");
}

/** An SVG picture as PNG, drawn by the page. */
export async function drawSvg(svg: string, scale: number): Promise<Uint8Array> {
  if (typeof Image === 'undefined') throw new Error('only a page can draw SVG, not a worker');
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.round(image.naturalWidth * scale), Math.round(image.naturalHeight * scale)];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error(`${canvas.width} x ${canvas.height} pixels are too many for a canvas`);
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}

export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  throw new Error(`a page can't read ${path}`);
}

export async function appendText(path: string, _text: string): Promise<void> {
  throw new Error(`a page can't write ${path}`);
}
