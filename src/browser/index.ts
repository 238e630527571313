export * from '../index.ts';
export * as models from '../models/index.ts';
export * from '../plot/index.ts';
export { parseModel, parseNetwork, printModel, printNetwork, type ReadFilesOptions, type ReadNetwork, readNetworkWithFiles } from '../text/index.ts';
export type { Frame } from './engine/protocol.ts';
export { RemoteSimulation, type WatchedQuantity, type WorkerOptions } from './remote.ts';
export { simulateInWorker } from './simulateInWorker.ts';
export type { Watch } from './watch.ts';
