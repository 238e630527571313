// Runs the built files: records a network to a folder, in every format. node recordToFolder.mjs FOLDER
import { FORMATS, Network, ResultWriter, simulate } from 'spikeloom';
import { izhikevich } from 'spikeloom/models';

const network = new Network({ dt: 0.5, duration: 12_000, seed: 1 });
const cells = network.population('cells', izhikevich(), 500).set({ i_in: 'uniform(4, 8)' });
network.recordSpikes(cells).record(cells.slice(0, 100), 'v').record(cells, 'v', { mean: true });

const sink = new ResultWriter(process.argv[2], FORMATS);
const simulation = await simulate(network, { sink });
// Slow enough to be killed while it records.
simulation.every(100, () => new Promise((resolve) => setTimeout(resolve, 12)));
const { end } = await simulation.run();
process.stdout.write('closing\n');
await sink.close({ end, time: simulation.time });
process.stdout.write('closed\n');
