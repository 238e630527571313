// @ts-check
import { parentPort, workerData } from 'node:worker_threads';
import { helper } from '#helper';

/** @type {{ port: import('node:worker_threads').MessagePort, answers: Int32Array }} */
const { port, answers } = workerData;
const answerTo = /** @type {(question: unknown) => unknown} */ (helper());

// Whoever asked waits for a word in memory, not for events.
port.on('message', (/** @type {unknown} */ question) => {
  port.postMessage(answerTo(question));
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
});
// When its loop has begun: only then can it be told from outside that it has ended.
setImmediate(() => parentPort?.postMessage('ready'));
