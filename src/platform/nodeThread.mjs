// @ts-check
import { parentPort, workerData } from 'node:worker_threads';
import { carryOutPart } from './thread.mjs';

carryOutPart(workerData, () => parentPort?.postMessage('ready'));
