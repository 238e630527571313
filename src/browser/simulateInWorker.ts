import { predicatesAsEdges } from '../compile/edges.ts';
import { requireOptions } from '../core/checks.ts';
import type { NetworkDef } from '../network/definition.ts';
import type { Network } from '../network/network.ts';
import { definitionOf } from '../simulation/given.ts';
import { requireSimulateOptions } from '../simulation/options.ts';
import { parseNetwork } from '../text/index.ts';
import { connectTo, type RemoteSimulation, type WorkerOptions } from './remote.ts';
import { startWorker } from './worker.ts';

const OPTIONS = ['backend', 'precision', 'threads', 'sink', 'keepRecorded', 'maxMemory', 'maxRate', 'onJournal', 'worker'];

/**
 * Like `simulate`, with the engine in a worker: whatever it does, the page stays free. What is recorded comes into the page while
 * it runs. A rule that is a function is carried out here; the worker gets its edges.
 *
 * @param network built, or as text: YAML or JSON
 * @throws SpikeloomError with every mistake of the network, and where the page may not start a worker
 */
export async function simulateInWorker(network: Network | NetworkDef | string, options: WorkerOptions = {}): Promise<RemoteSimulation> {
  requireOptions('simulateInWorker', options, OPTIONS);
  const { worker, ...rest } = options;
  requireSimulateOptions(rest);
  const def = predicatesAsEdges(definitionOf(typeof network === 'string' ? parseNetwork(network) : network));
  return connectTo(await startWorker(worker), def, rest);
}
