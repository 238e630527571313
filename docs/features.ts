/** `left out`: not meant to be here; `partly`: the note says what is left out. */
export type FeatureStatus = 'yes' | 'partly' | 'left out';

/**
 * One thing that a simulator of its kind should do, and where it is done here. `by` names what does it:
 *
 * - `models:name`, `analysis:name`, `attractors:name`, `plot:name`, `text:name`: an export of that entry point of the package,
 * - `api:name` or `api:Class.member`: an export of `spikeloom`, or a member of one of its classes,
 * - `example:name`: a file of `examples`,
 * - `guide:page` or `guide:page#heading`: a page of the guide.
 */
export interface Feature {
  readonly row: number;
  readonly group: string;
  readonly feature: string;
  readonly status: FeatureStatus;
  readonly by: readonly string[];
  readonly note?: string;
}

/** Of a row: what it is, what does it, and, where that is not all, how far it is and what is to be said. */
type Row = readonly [feature: string, by: string, status?: FeatureStatus, note?: string];

/** The rows, in their order, group after group. */
const GROUPS: readonly (readonly [group: string, rows: readonly Row[]])[] = [
  [
    'Neurons',
    [
      ['Leaky integrate-and-fire', 'models:leakyIntegrateAndFire models:iafPscDelta models:iafPscExp'],
      ['Quadratic integrate-and-fire', 'models:quadraticIntegrateAndFire'],
      ['Adaptive leaky integrate-and-fire', 'models:adaptiveLeaky'],
      ['Adaptive exponential integrate-and-fire, with a cut-off of its own', 'models:adaptiveExponential models:aeifCondExp'],
      ['Izhikevich, with the published types by name', 'models:izhikevich models:izhikevichTypes models:izhikevich2007'],
      ['Leaky Izhikevich', 'models:leakyIzhikevich'],
      ['BCM Izhikevich: a cell that meters its own rate', 'models:bcmIzhikevich'],
      ['Simple leaky integrate-and-fire', 'models:simpleLeaky'],
      ['Hodgkin-Huxley', 'models:hodgkinHuxley models:traubMiles models:wangBuzsaki models:connorStevens'],
      ['Morris-Lecar', 'models:morrisLecar example:morrisLecarStaticInput'],
      ['A neuron of your own, in TypeScript', 'api:defineNeuron example:customNeuron guide:writing-a-model'],
      ['A neuron of your own, as text', 'text:parseModel guide:text-files#models-of-their-own'],
      ['Spikes at a threshold, with reset and refractory period', 'models:leakyIntegrateAndFire guide:writing-a-model'],
      ['Spikes at a peak of the voltage', 'api:peak models:hodgkinHuxley'],
      ['A cell with a constant current', 'models:stepCurrent example:morrisLecarStaticInput guide:stimulating#currents'],
      ['Gaussian noise that multiplies the input', 'models:noisyInput models:noiseCurrent guide:neurons#noise-of-the-input'],
      ['Peaks of recorded voltages', 'analysis:findPeaks'],
      ['Cells of many compartments, cable theory', '', 'left out', 'cells here are points'],
      ['Integrators of higher order', 'api:defineNeuron guide:numerics#integrators'],
    ],
  ],
  [
    'Ion channels',
    [
      ['Sodium, potassium and leak of Hodgkin and Huxley', 'models:sodium models:potassium models:leak'],
      ['Calcium of high threshold', 'models:highThresholdCalcium'],
      ['Reduced calcium, steady-state potassium, leak', 'models:reducedCalcium models:steadyStatePotassium models:leak'],
      ['Gating variables, at their steady state where they start', 'models:sodium models:gatesAtZero guide:writing-a-model#channels'],
      ['Channels of your own', 'api:defineChannel guide:writing-a-model#channels'],
      ['More channels on Hodgkin-Huxley, and on any other neuron', 'models:hodgkinHuxley models:mCurrent guide:neurons#channels'],
      ['T-type calcium, M current, inward rectifier', 'models:lowThresholdCalcium models:mCurrent models:inwardRectifier'],
    ],
  ],
  [
    'Transmission',
    [
      ['Transmitter after Destexhe', 'models:destexheTransmitter'],
      ['Transmitter as a pulse with linear clearance', 'models:approximateTransmitter'],
      ['Transmitter released by a spike for one step', 'models:discreteSpikeTransmitter'],
      ['Transmitter that decays exponentially', 'models:exponentialDecayTransmitter'],
      ['Receptor kinetics after Destexhe', 'models:destexheReceptor'],
      ['Receptor kinetics that follow the transmitter', 'models:approximateReceptor'],
      ['Receptor kinetics that decay exponentially', 'models:exponentialDecayReceptor'],
      ['AMPA receptor', 'models:ampa'],
      ['NMDA receptor with its magnesium block', 'models:nmda'],
      ['GABA receptor of type A', 'models:gaba'],
      ['GABA receptor of type B, current', 'models:gabaB'],
      ['GABA receptor of type B, second messenger', 'models:gabaB models:gabaBRates'],
      ['A receptor of no particular type', 'models:defaultReceptor'],
      ['Metabotropic receptors', 'api:defineReceptor guide:chemistry#receptors-that-modulate-others'],
      ['Dopamine D1 and D2 that modulate glutamate', 'models:dopamineD1 models:dopamineD2'],
      [
        'Serotonin, acetylcholine, nitric oxide, noradrenaline',
        'models:serotonin1A models:muscarinicAcetylcholine models:nitricOxide models:noradrenaline',
        'partly',
        'a template of one receptor each, whose rates and effect are yours to replace; their other receptors and their chemistry are left out',
      ],
      ['Several gates in one receptor', 'api:defineReceptor guide:chemistry#kinetics-and-receptors-of-your-own'],
      ['Receptors that fit their cell, checked', 'models:chemical guide:chemistry#which-transmitter-reaches-which-receptor'],
      ['A mean of what reaches a receptor, or a sum', 'api:Network.population guide:chemistry#pooling-the-sum-or-a-mean'],
      ['A delay in transmission', 'models:chemical models:staticSynapse guide:connecting#synapses-that-act-on-spikes'],
    ],
  ],
  [
    'Coupling and spike trains',
    [
      ['Gap junctions', 'models:electrical'],
      ['Two coupled cells', 'example:coupledIzhikevich example:hodgkinHuxleyNeurotransmission'],
      ['A spike train onto coupled cells', 'models:pulse example:stdpCoupling'],
      ['Poisson train', 'models:poissonTrain'],
      ['Poisson train from a rate in Hz, at any step', 'models:poissonTrain models:poissonInput'],
      ['Train of given times', 'models:presetTrain'],
      ['Regular train', 'models:rateTrain'],
      ['BCM with Poisson trains', 'models:bcm models:poissonTrain guide:plasticity'],
      ['Waveform of a spike: one value at once', 'models:deltaDirac'],
      ['Waveform of a spike: exponential', 'models:exponentialDecay'],
      ['Trains and waveforms of your own', 'api:defineSpikeTrain guide:stimulating#spike-trains'],
    ],
  ],
  [
    'Lattices and networks',
    [
      ['A lattice connected by a condition, with weights by a function', 'api:Network.lattice api:where guide:connecting#rules'],
      ['Rules that may fail, with everything left as it was', 'api:where guide:connecting#projections-as-graphs'],
      ['Cells or synapses replaced, with every check', 'api:Simulation.replace guide:running#another-network-in-place-of-this-one'],
      ['Something done to all cells, also by their place', 'api:Simulation.set api:View.where guide:running#setting-and-reading'],
      ['Electrical and chemical coupling, each alone or both', 'models:electrical models:chemical'],
      ['Parallel computation', 'api:simulate guide:running#threads guide:performance'],
      ['All cells step at once', 'api:Simulation.run guide:numerics#the-order-of-a-step'],
      ['The same seed, the same bits', 'api:simulate api:Simulation.replay guide:numerics#the-same-bits-everywhere'],
      ['Lattices of spike trains', 'api:Network.lattice models:poissonTrain'],
      ['Several lattices in a network', 'example:interactingLattices'],
      ['Parameters and plasticity of their own in each lattice', 'api:View.set example:interactingLattices guide:plasticity'],
      ['Different neurons in one network', 'example:interactingLattices'],
      ['Clear, reset timing, reset histories, set dt', 'api:Simulation.reset api:Simulation.replace guide:running#snapshot-restore-reset'],
      ['A lattice with reward', 'api:Simulation.reward models:rewardStdp'],
      ['A network with reward', 'api:Simulation.reward models:rewardStdp guide:connecting#rewards'],
      ['Connections with and without reward, mixed', 'models:rewardStdp models:stdp guide:plasticity'],
      ['Histories of the voltages of a lattice', 'api:Network.record api:Recordings.trace plot:animateLattice'],
      ['History of the mean voltage', 'api:Network.record api:Recordings.mean'],
      ['Histories of spikes, counts of each cell', 'api:Network.recordSpikes api:Network.recordSpikeCounts'],
      ['EEG', 'analysis:extracellularPotential analysis:voltageSum guide:recording#electric-potentials'],
      ['Histories of spike trains', 'api:Network.record api:Network.recordSpikes models:poissonTrain'],
      ['Histories of weights', 'api:Network.recordSynapses api:Network.recordHistogram guide:plasticity#watching-weights'],
      ['Results as text', 'api:ResultWriter guide:results#formats'],
      ['Animated pictures', 'plot:renderGif plot:animateLattice example:latticeWaves'],
    ],
  ],
  [
    'Graphs',
    [
      ['Adjacency matrix', 'api:Graph.adjacencyMatrix api:matrix'],
      ['Adjacency list', 'api:Graph.adjacencyList api:edgeList'],
      [
        'Edges looked up, edited, added, removed; incoming and outgoing ones',
        'api:graphOf api:Graph.weight api:Graph.incoming api:Graph.outgoing api:Simulation.setSynapses api:Simulation.addSynapses api:Simulation.removeSynapses',
      ],
      ['Errors that name the cells', 'api:SpikeloomError guide:connecting#projections-as-graphs'],
    ],
  ],
  [
    'Plasticity',
    [
      ['STDP', 'models:stdp models:weightDependentStdp models:powerLawStdp'],
      ['STDP of synapses from spike trains', 'models:stdp example:stdpCoupling'],
      ['BCM', 'models:bcm'],
      ['STDP with reward', 'models:rewardStdp'],
      ['Rules of your own', 'api:defineSynapse guide:plasticity#a-rule-of-your-own'],
      ['Bounds of weights, normalization', 'models:stdp models:synapticScaling models:oja'],
      ['Triplet STDP; BCM with reward; the delta rule', 'models:tripletStdp models:rewardBcm models:deltaRule'],
    ],
  ],
  [
    'Attractors',
    [
      ['Discrete neurons in a lattice', 'attractors:DiscreteLattice'],
      ['Hopfield weights of bipolar patterns', 'attractors:hopfieldWeights example:hopfieldRecall'],
      ['Weights of binary patterns, with a, b and scalar', 'attractors:binaryHopfieldWeights example:binaryAutoassociation'],
      ['Random patterns, distortion', 'attractors:randomPatterns attractors:distort'],
      ['Autoassociation of spiking cells', 'example:autoassociation'],
      ['Ring attractor, head direction', 'example:ringAttractor example:headDirection'],
      ['Grid cells', 'example:gridCells attractors:gridScore'],
      ['Liquid state machine with a trained readout', 'example:liquidStateMachine'],
    ],
  ],
];

export const FEATURES: readonly Feature[] = GROUPS.flatMap(([group, rows]) => rows.map((row) => [group, row] as const)).map(
  ([group, [feature, by, status = 'yes', note]], i): Feature => ({
    row: i + 1,
    group,
    feature,
    status,
    by: by === '' ? [] : by.split(' '),
    ...(note !== undefined && { note }),
  }),
);
