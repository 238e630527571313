export { type ErrorCode, type Place, type Problem, type Span, SpikeloomError } from './core/error.ts';
export { Warning, type WarningCode } from './core/warning.ts';
export { salvageResults } from './io/finish.ts';
export { packNpz } from './io/pack.ts';
export { readResults } from './io/readResults.ts';
export { type Ending, FORMATS, type Format } from './io/results.ts';
export { parseSpikeTimes, readSpikeTimes, type SpikeTimesOptions } from './io/spikeTimes.ts';
export type { Results } from './io/stored.ts';
export { parseSynapsesCsv, SynapsesCsvReader, synapsesCsv } from './io/synapseTable.ts';
export { type EndOfRun, ResultWriter } from './io/writer.ts';
export type { Precision } from './ir/expr.ts';
export {
  type AnyModel,
  type CellFactory,
  type Channel,
  defineChannel,
  defineNeuron,
  defineReceptor,
  defineSpikeTrain,
  defineStimulus,
  defineSynapse,
  defineTransmitter,
  type Model,
  type Neuron,
  type NeuronSpec,
  type Overrides,
  type PartFactory,
  type PartSpec,
  type Receptor,
  type ReceptorFactory,
  type SpikeTrain,
  type Stimulus,
  type StimulusFactory,
  type StimulusSpec,
  type Synapse,
  type SynapseFactory,
  type SynapseSpec,
  type Transmitter,
} from './model/define.ts';
export type { Coupling, Input, Integrator, ModelDef, ModelKind, Normalization, Quantity, SpikeCondition } from './model/definition.ts';
export { input, peak, quantity, scheduled } from './model/quantity.ts';
export {
  type AutapseOptions,
  allToAll,
  type DegreeOptions,
  type DistanceOptions,
  distanceKernel,
  edgeList,
  fixedInDegree,
  fixedOutDegree,
  fixedTotal,
  matrix,
  oneToOne,
  probability,
  where,
} from './network/connect/index.ts';
export type {
  Assignment,
  CellSelection,
  DistanceKernel,
  EndOfPair,
  NetworkDef,
  NumberArray,
  PopulationDef,
  ProjectionDef,
  RecorderDef,
  RuleDef,
  ValueSpec,
  ViewDef,
} from './network/definition.ts';
export { type CellPairs, type CellPlace, Graph, type Neighbors, type Shape } from './network/graph/index.ts';
export { Network, type NetworkOptions, type PopulationOptions, type Projection } from './network/network.ts';
export { Lattice, Population, type ReadableNames, type SettableNames, type ValuesFor, View } from './network/view.ts';
export {
  type Histogram,
  type MeanTrace,
  type Recorded,
  type RecordedChunk,
  type RecordedProjection,
  type RecorderInfo,
  type RecordingSink,
  Recordings,
  type Spikes,
  type SynapseTrace,
  type Trace,
} from './simulation/recordings.ts';
export {
  type BackendName,
  type GraphOptions,
  graphOf,
  type JournalEntry,
  type Progress,
  type ResetPart,
  type RunOptions,
  type RunResult,
  type SimulateOptions,
  type Simulation,
  type SnapshotOptions,
  type SynapseTable,
  simulate,
  type Timings,
} from './simulation/simulation.ts';
