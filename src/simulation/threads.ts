import { mayShareThreads } from '#platform';
import { SpikeloomError } from '../core/error.ts';
import { BACKENDS, type BackendName } from './loaded.ts';

/** The number of threads that a network gets. @throws SpikeloomError 'unsupported' where there can't be as many */
export function chooseThreads(wish: number | 'auto' | undefined, backend: BackendName): number {
  if (wish === undefined || wish === 'auto') return 1;
  if (wish === 1) return 1;
  if (wish > BACKENDS[backend].mostThreads) {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `threads is ${wish}, but the backend '${backend}' runs a network on one thread`,
      hint: "Take the backend 'wasm', or threads: 1.",
    });
  }
  if (!mayShareThreads()) {
    throw new SpikeloomError({
      code: 'unsupported',
      message: `threads is ${wish}, but threads can't share memory here`,
      hint: 'Use simulateInWorker, in a page served with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp; or threads: 1.',
    });
  }
  return wish;
}
