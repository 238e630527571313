import { InternalError, SpikeloomError } from '../core/error.ts';
import { Connection } from './connection.ts';

/** The text of engine.js, the engine's own file, put here when the file of the page is bundled. */
declare const ENGINE_TEXT: string | undefined;

/** Time within which the engine's file must load and answer, ms. */
const PATIENCE = 60_000;

/** A worker with an engine in it. */
export interface EngineWorker {
  readonly connection: Connection;
  end(error: unknown): void;
}

/**
 * Starts the engine in a worker. Its text lies in this very file and becomes a Blob: that works from any host, in pages that are
 * files, and where a bundler has taken this file in; a page whose security policy forbids it names the file or a worker itself.
 *
 * @param given a worker of engine.js, or its address
 * @throws SpikeloomError 'unsupported' where the page may not start it
 */
export async function startWorker(given?: Worker | string | URL): Promise<EngineWorker> {
  const worker = openWorker(given);
  const connection = new Connection({
    send: (message, transfer) => worker.postMessage(message, transfer),
    listen: (receive) => {
      worker.onmessage = ({ data }) => receive(data);
    },
  });
  const watch = new AbortController();
  const end = (error: unknown): void => {
    watch.abort();
    clearTimeout(timer);
    connection.fail(error);
    worker.terminate();
  };
  const timer = setTimeout(() => end(noWorker(`it did not answer within ${PATIENCE / 1000} s`)), PATIENCE);
  let answered = false;
  worker.onerror = (event) => {
    event.preventDefault?.();
    end(answered ? died(event.message) : noWorker(event.message || 'its file could not be loaded'));
  };
  worker.onmessageerror = () => end(new InternalError("a message of the engine's worker could not be read"));
  const lock = lockName();
  await connection.call('hello', [lock]);
  answered = true;
  clearTimeout(timer);
  watchLock(lock, watch.signal, () => end(died('it ended without a word; it may have run out of memory')));
  return { connection, end };
}

function openWorker(given: Worker | string | URL | undefined): Worker {
  if (given instanceof Worker) return given;
  const name = 'spikeloom engine';
  try {
    if (given !== undefined) return new Worker(given, { name });
    if (typeof ENGINE_TEXT === 'undefined') throw new InternalError('this file was not bundled: it has no engine in it');
    const url = URL.createObjectURL(new Blob([ENGINE_TEXT], { type: 'text/javascript' }));
    try {
      return new Worker(url, { name });
    } finally {
      // The worker has its own hold of the text from here on.
      setTimeout(() => URL.revokeObjectURL(url), PATIENCE);
    }
  } catch (error) {
    if (error instanceof InternalError) throw error;
    throw noWorker(error instanceof Error ? error.message : String(error));
  }
}

function noWorker(why: string): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: `the engine's worker can't be started: ${why}`,
    hint: "A content security policy must allow 'worker-src blob:' and 'wasm-unsafe-eval'; or serve the package's browser/engine.js beside the page and give { worker: 'engine.js' }.",
  });
}

function died(why: string): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: `the engine's worker has died: ${why}`,
    hint: 'What was recorded is kept in the page. Start another: simulateInWorker(network).',
  });
}

/** Differs from that of any other worker. */
function lockName(): string {
  return `spikeloom ${[...crypto.getRandomValues(new Uint32Array(4))].join('-')}`;
}

/** Calls when the worker that holds the lock is gone. Where there are no locks, only its errors tell. */
function watchLock(name: string, signal: AbortSignal, onFree: () => void): void {
  navigator.locks?.request(name, { signal }, onFree).catch(() => {});
}
