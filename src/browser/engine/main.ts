import { carryOutPart, offerThreads } from '#platform';
import type { ThreadPart } from '../../backends/backend.ts';
import { EngineHost } from './host.ts';

/*
 * The engine's own file: what runs in the worker, and in each further thread of its network, which is sent its part before all else.
 */

/** What a worker's global scope has, as far as it is needed. */
interface WorkerScope {
  readonly location: { readonly href: string };
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  readonly navigator?: { readonly locks?: LockManager };
}

const scope = globalThis as unknown as WorkerScope;

/** Holds a lock until this worker ends, in whatever way: the page sees it by that. */
function holdLock(name: string): Promise<void> {
  const { locks } = scope.navigator ?? {};
  if (!locks) return Promise.resolve();
  return new Promise((resolve) => {
    locks
      .request(name, () => {
        resolve();
        return new Promise<void>(() => {});
      })
      // Not every page may have locks; those that may not do without.
      .catch(() => resolve());
  });
}

const port = {
  send: (message: unknown, transfer: Transferable[]) => scope.postMessage(message, transfer),
  listen: (receive: (message: unknown) => void) => {
    scope.onmessage = ({ data }) => {
      if (isPart(data)) carryOutPart(data.part, () => scope.postMessage('ready', []));
      else receive(data);
    };
  },
};

function isPart(data: unknown): data is { readonly part: ThreadPart } {
  return typeof data === 'object' && data !== null && 'part' in data;
}

offerThreads(scope.location.href);
new EngineHost(port, holdLock);
