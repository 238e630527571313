export { type ErrorCode, type Problem, type Span, SpikeloomError } from './core/error.ts';
export { salvageResults } from './io/finish.ts';
export { packNpz } from './io/pack.ts';
export { readResults } from './io/readResults.ts';
export { type Ending, FORMATS, type Format } from './io/results.ts';
export type { Results } from './io/stored.ts';
export { type EndOfRun, ResultWriter } from './io/writer.ts';
export {
  type Channel,
  defineChannel,
  defineNeuron,
  defineReceptor,
  defineSpikeTrain,
  defineSynapse,
  defineTransmitter,
  type Neuron,
  type Receptor,
  type SpikeTrain,
  type Synapse,
  type Transmitter,
} from './model/define.ts';
export type { Coupling, Integrator, ModelDef, Normalization } from './model/definition.ts';
export { input, peak, quantity, scheduled } from './model/quantity.ts';
export { allToAll, edgeList, matrix, oneToOne, probability, where } from './network/connect/index.ts';
export type { NetworkDef, RecorderDef, RuleDef, ValueSpec } from './network/definition.ts';
export { Network, type NetworkOptions, type PopulationOptions, type Projection } from './network/network.ts';
export { Lattice, Population, View } from './network/view.ts';
export {
  type MeanTrace,
  type RecordedChunk,
  type RecorderInfo,
  type RecordingSink,
  Recordings,
  type Spikes,
  type SynapseTrace,
  type Trace,
} from './simulation/recordings.ts';
export {
  type BackendName,
  type JournalEntry,
  type Progress,
  type RunOptions,
  type RunResult,
  type SimulateOptions,
  type Simulation,
  type SnapshotOptions,
  simulate,
  type Timings,
} from './simulation/simulation.ts';
