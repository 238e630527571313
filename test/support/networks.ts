import {
  allToAll,
  defineNeuron,
  defineSynapse,
  distanceKernel,
  edgeList,
  fixedInDegree,
  fixedOutDegree,
  fixedTotal,
  input,
  matrix,
  Network,
  type Neuron,
  oneToOne,
  peak,
  probability,
  quantity,
  type RuleDef,
  type Simulation,
  where,
} from '../../src/index.ts';
import type { Integrator } from '../../src/model/definition.ts';
import {
  adaptiveExponential,
  adaptiveLeaky,
  aeifCondExp,
  alphaGate,
  ampa,
  approximateReceptor,
  approximateTransmitter,
  aTypePotassium,
  bcm,
  bcmIzhikevich,
  chemical,
  connorStevens,
  defaultReceptor,
  deltaRule,
  destexheReceptor,
  destexheTransmitter,
  discreteSpikeTransmitter,
  dopamineD1,
  dopamineD2,
  doubleExponentialGate,
  electrical,
  exponentialDecay,
  exponentialDecayReceptor,
  exponentialDecayTransmitter,
  exponentialGate,
  fitzHughNagumo,
  gaba,
  gabaB,
  gabaBRates,
  highThresholdCalcium,
  hindmarshRose,
  hodgkinHuxley,
  iafCondAlpha,
  iafCondExp,
  iafPscAlpha,
  iafPscDelta,
  iafPscExp,
  inhibitoryStdp,
  inwardRectifier,
  izhikevich,
  izhikevich2007,
  leakyIntegrateAndFire,
  leakyIzhikevich,
  lowThresholdCalcium,
  mCurrent,
  morrisLecar,
  muscarinicAcetylcholine,
  nitricOxide,
  nmda,
  noiseCurrent,
  noisyInput,
  noradrenaline,
  oja,
  poissonTrain,
  powerLawStdp,
  presetTrain,
  pulse,
  quadraticIntegrateAndFire,
  rateTrain,
  rewardBcm,
  rewardStdp,
  serotonin1A,
  shortTermPlasticity,
  simpleLeaky,
  staticSynapse,
  stdp,
  synapticConductance,
  synapticCurrent,
  synapticScaling,
  traubMiles,
  tripletStdp,
  wangBuzsaki,
  weightDependentStdp,
} from '../../src/models/index.ts';

/** A network, and what is done with it while it runs. */
export interface Case {
  readonly name: string;
  make(): { readonly network: Network; drive(simulation: Simulation): Promise<void> };
}

type Made = Network | { readonly network: Network; drive(simulation: Simulation): Promise<void> };

function networkCase(name: string, steps: number, make: () => Made): Case {
  return {
    name,
    make: () => {
      const made = make();
      if (!(made instanceof Network)) return made;
      return {
        network: made,
        drive: async (simulation) => {
          await simulation.run(steps * made.def.dt);
        },
      };
    },
  };
}

const cell = izhikevich({ c: -55, c_m: 5, g_gap: 0.3, i_in: 10 });
const START = { v: 'uniform(v_init, v_th)' } as const;

function lattices(normalize: 'mean' | 'sum'): Network {
  const network = new Network({ dt: 0.5, seed: 7 });
  const inhibitory = network.lattice('inh', cell, { rows: 3, columns: 4, normalize }).set(START);
  const excitatory = network.lattice('exc', cell, { rows: 5, columns: 5, normalize }).set(START);
  network.connect(inhibitory, inhibitory, electrical(), allToAll({ autapses: false })).set({ w: -0.1 });
  network.connect(excitatory, excitatory, electrical(), allToAll());
  network.connect(inhibitory, excitatory, electrical()).set({ w: -0.1 });
  network.connect(excitatory, inhibitory, electrical());
  for (const population of [inhibitory, excitatory]) network.record(population, 'v', { mean: true }).recordSpikes(population);
  return network;
}

/** 12 cells to 21, by a rule. */
function wired(rule: RuleDef, w: number | string = 0.5): Network {
  const network = new Network({ dt: 0.5, seed: 11 });
  const source = network.lattice('from', cell, { rows: 3, columns: 4 }).set(START);
  const target = network.lattice('to', cell, { rows: 7, columns: 3, normalize: 'mean' }).set(START);
  const projection = network.connect(source, target, electrical(), rule);
  if (rule.kind !== 'matrix') projection.set({ w });
  network.connect(source, target, electrical(), edgeList([[11, 20]]), { name: 'second' });
  return network.record(target, 'i_gap').recordSpikes(target);
}

const weights = (holes: (i: number) => boolean): (number | null)[][] =>
  Array.from({ length: 12 }, (_, s) => Array.from({ length: 21 }, (__, t) => (holes(s * 21 + t) ? null : Math.sin(s + 3 * t))));

const RULES: readonly [string, RuleDef, (number | string)?][] = [
  ['all-to-all, one weight', allToAll()],
  ['all-to-all, random weights', allToAll(), 'normal(0.1, 0.5)'],
  ['all-to-all, weights by place', allToAll(), '0.1 * (pre.row - post.col) + 0.01 * post.index'],
  ['a sparse condition', where('pre.row == post.col and pre.index < post.index')],
  ['a dense condition', where('pre.row != post.row')],
  ['a function', where((pre, post) => (pre.row + post.col) % 3 === 0)],
  ['few at random', probability(0.2), 'uniform()'],
  ['most at random', probability(0.8), 'uniform()'],
  ['a full matrix', matrix(weights(() => false))],
  ['a matrix with holes', matrix(weights((i) => i % 5 === 0))],
  ['a sparse matrix', matrix(weights((i) => i % 5 !== 0))],
  [
    'a list with repetitions',
    edgeList([
      [3, 4],
      [3, 4],
      [0, 20],
      [11, 0],
      [3, 4],
      [2, 4],
    ]),
    'uniform() + pre.index',
  ],
  ['few onto each', fixedInDegree(3), 'distance'],
  ['many onto each, some twice', fixedInDegree(20, { multapses: true }), 'truncated(normal(0.1, 0.5), 0, 1)'],
  ['few from each', fixedOutDegree(4), 'lognormal(0.2, 0.1)'],
  ['so many in all', fixedTotal(50)],
  ['so many in all, some twice', fixedTotal(300, { multapses: true }), 'uniform()'],
  ['by distance, gaussian', distanceKernel('gaussian', { width: 1.5 }), '1 / (1 + distance)'],
  ['by distance, exponential', distanceKernel('exponential', { width: 2, p: 0.7 })],
  ['by distance, box', distanceKernel('box', { width: 2, cutoff: 1.5 })],
  ['no synapse', probability(0)],
];

/** Continuous synapses that need a list, or can be taken apart in other ways. */
const SYNAPSES = {
  difference: 'post.i_gap += w * (pre.v - post.v) / k',
  'reversed difference': 'post.i_gap -= w * (post.v - pre.v)',
  'of the source only': 'post.i_gap += w * 0.1 * pre.v * k',
  'of the target only': 'post.i_gap += w * 0.01 * post.v',
  'not separable': 'post.i_gap += w * tanh((pre.v - post.v) / 10) * k',
  conditional: 'post.i_gap += where(pre.spiked and post.v < 0, w, 0)',
  'timed by the source': 'post.i_gap += w * exp(-pre.since_spike / 5) * k',
  'of time': 'post.i_gap += w * sin(t) * (pre.v - post.w)',
  'two summands': 'post.i_gap += w * pre.v * 0.01; post.i_gap -= w * post.v * 0.02',
} as const;

function synapses(continuous: string, rule: RuleDef): Network {
  const unitless = defineNeuron({
    name: 'unitless izhikevich',
    quantities: { v: quantity(-65), w: quantity(-13), i_in: quantity(10) },
    inputs: { i_gap: input() },
    equations: 'dv/dt = (0.04 * v^2 + 5 * v + 140 - w + i_in + i_gap) / 5\ndw/dt = 0.02 * (0.2 * v - w)',
    spike: 'v >= 30',
    reset: 'v = -55; w += 8',
  });
  const network = new Network({ dt: 0.5, seed: 5 });
  const population = network.population('cells', unitless(), 13).set({ v: 'uniform(-65, 0)' });
  const synapse = defineSynapse({ name: 'own', quantities: { w: quantity(0.05), k: quantity(2) }, continuous });
  network.connect(population, population, synapse(), rule);
  return network.record(population, 'i_gap').recordSpikes(population);
}

function views(): Network {
  const network = new Network({ dt: 0.5, seed: 2 });
  const a = network.lattice('a', cell, { rows: 4, columns: 5 }).set(START);
  const b = network.population('b', cell, 9).set(START);
  network.connect(a.region([1, 3], [0, 4]), b, electrical());
  network.connect(b.slice(2, 7), a.cells([0, 3, 4, 11, 19]), electrical(), oneToOne());
  network.connect(a.where('row == col'), a.where('col > 2'), electrical(), allToAll({ autapses: false }));
  network.connect(b.cells([8]), b, electrical(), where('pre.index != post.index'));
  a.slice(0, 4).set({ i_in: [1, 2, 3, 4] });
  b.where('index > 6').set({ i_in: 'index * 2', w: 'uniform(-14, -12)' });
  return network
    .record(a.region([1, 3], [1, 3]), 'v')
    .record(b.cells([1, 8]), 'i_gap')
    .recordSpikes(a.slice(3))
    .recordSpikeCounts(b.slice(0, 3));
}

function chemistry(): Network {
  const network = new Network({ dt: 0.02, seed: 4 });
  const transmitters = { glutamate: destexheTransmitter(), gaba: destexheTransmitter({ t_max: 0.5 }) };
  const model = hodgkinHuxley({ transmitters, receptors: { ampa: ampa(), nmda: nmda(), gaba: gaba() } });
  const population = network
    .population('cells', model, 6, { normalize: { 'input.glutamate.conc': 'mean' } })
    .set({ v: 'uniform(-70, 10)', i_in: 'index * 3' });
  network.connect(population, population, chemical(), allToAll({ autapses: false }));
  network.connect(population, population, chemical({ types: ['gaba'] }), probability(0.5), { name: 'more' }).set({ w: 'uniform()' });
  return network.record(population, 'v').record(population, 'ampa.current').record(population, 'nmda.r', { mean: true }).recordSpikes(population);
}

/** Receptors that modulate others, GABA of type B, and a receptor of no particular type, under several integrators. */
function modulation(): Network {
  const network = new Network({ dt: 0.1, seed: 12 });
  const release = exponentialDecayTransmitter;
  const train = poissonTrain({
    rate: 60,
    transmitters: { glutamate: release(), gaba: release(), dopamine: release({ tau_decay: 20 }), noradrenaline: release({ tau_decay: 50 }) },
  });
  const sources = network.population('sources', train, 5);
  const others = network.population(
    'others',
    poissonTrain({ rate: 80, transmitters: { X: release(), acetylcholine: release(), nitricOxide: release() } }),
    3,
  );
  const fast = { alpha: 0.5, beta: 0.05 };
  const quantities = { g: quantity(0.3, '1', 'coupling'), delay: quantity(0.7, 'ms', 'delay') };
  const late = defineSynapse({ name: 'late', quantities, continuous: 'post.i_gap += g * post.g_gap * (pre.v - post.v)' })();
  const receptors = {
    ampa: ampa({ g: 0.4 }),
    nmda: nmda({ mg: 0.5 }),
    gaba: gaba({ g: 0.1 }),
    gabaB: gabaB({ ...gabaBRates.destexhe1996, g: 0.4 }),
    x: defaultReceptor({ g: 0.1 }),
    d1: dopamineD1({ s: 0.8 }),
    d2: dopamineD2(destexheReceptor(fast), { s: 0.7 }),
    na: noradrenaline(fast),
    no: nitricOxide({ ...fast, tau: 20 }),
  };
  const cells = {
    izhikevich: izhikevich({ i_in: 3, receptors }),
    lif: leakyIntegrateAndFire({ i_in: 150, t_ref: 2, receptors }),
    squid: hodgkinHuxley({
      i_in: 6,
      channels: { m: mCurrent() },
      receptors: { ...receptors, ach: muscarinicAcetylcholine(fast), ht: serotonin1A() },
    }),
    heun: izhikevich({ i_in: 3, receptors, integrator: 'heun' }),
  };
  for (const [name, model] of Object.entries(cells)) {
    const target = network.population(name, model as Neuron, 3);
    network.connect(sources, target, chemical()).set({ w: 'uniform(0.5, 2)' });
    network.connect(others, target, chemical({ delay: 1.5 }));
    network.connect(target, target, late, oneToOne());
    network.record(target, 'v').record(target, 'i_receptors').record(target, 'nmda.current').record(target, 'gabaB.s').recordSpikes(target);
  }
  return network;
}

function parts(): Network {
  const network = new Network({ dt: 0.1, seed: 4 });
  const releasing = { glutamate: approximateTransmitter(), gaba: discreteSpikeTransmitter({ lag: 1 }) };
  const lif = network.population('lif', leakyIntegrateAndFire({ transmitters: releasing, i_in: 300, t_ref: 2 }), 7).set({ v: 'uniform(-75, -55)' });
  const muscle = network.population(
    'muscle',
    morrisLecar({ receptors: { a: ampa(exponentialDecayReceptor()), g: gaba(approximateReceptor()) }, i_in: 80 }),
    5,
  );
  network.connect(lif, muscle, chemical());
  return network.record(muscle, 'v').record(lif, 'glutamate.conc').recordSpikes(lif);
}

/** Neurons of the library from quadratic to Connor-Stevens, each under a current at which it spikes. */
function libraryNeurons(): Network {
  const network = new Network({ dt: 0.05, seed: 9 });
  const i_in = { i_in: 'index * 3 + 1' } as const;
  const neurons: readonly Neuron[] = [
    quadraticIntegrateAndFire({ i_in: 2000, t_ref: 0.5 }),
    adaptiveLeaky({ i_in: 900, t_ref: 1 }),
    adaptiveExponential({ i_in: 3000 }),
    simpleLeaky({ i_in: 12 }),
    leakyIzhikevich({ i_in: 40 }),
    bcmIzhikevich({ i_in: 20, window: 2 }),
    fitzHughNagumo({ i_in: 0.8 }),
    hindmarshRose({ i_in: 3.25 }),
    wangBuzsaki({ i_in: 4 }),
    connorStevens({ i_in: 30 }),
    wangBuzsaki({ integrator: 'rk4' }),
  ];
  neurons.forEach((model, i) => {
    const cells = network.population(`cells${i}`, model, 3);
    if (i === neurons.length - 1) cells.set(i_in);
    network.record(cells, 'v').recordSpikes(cells);
  });
  return network;
}

/** Channels that Hodgkin-Huxley has not, and noise of its input. */
function libraryChannels(): Network {
  const network = new Network({ dt: 0.02, seed: 9 });
  const calcium = { high: highThresholdCalcium({ g: 0.2 }), low: lowThresholdCalcium() };
  const potassium = { m: mCurrent(), kir: inwardRectifier(), a: aTypePotassium({ g: 2 }) };
  const noise = { additive: noiseCurrent({ sigma: 3 }), factor: noisyInput({ i: 12 }) };
  const cells = network.population('cells', hodgkinHuxley({ channels: { ...calcium, ...potassium, ...noise } }), 6).set({ v: 'uniform(-80, -50)' });
  return network.record(cells, 'v').record(cells, 'low.h').record(cells, 'factor.factor').recordSpikes(cells);
}

function trains(): Network {
  const network = new Network({ dt: 0.1, seed: 8 });
  const poisson = network.population('poisson', poissonTrain({ rate: 200 }), 10);
  const preset = network.population('preset', presetTrain(exponentialDecay(3)), 3);
  preset.set({ times: [[0.1, 1, 7.25], [], [3.3]] });
  preset.slice(1, 2).set({ times: [2, 2.5] });
  const rate = network.population('rate', rateTrain({ interval: 1.7 }), 4).set({ interval: [1.7, 0.3, 5, 0] });
  const target = network.population('target', leakyIntegrateAndFire({ i_in: 100 }), 9);
  network.connect(poisson, target, pulse(), probability(0.6)).set({ w: 'uniform(0, 3)' });
  network.connect(preset, target, pulse());
  network.connect(rate, target.slice(0, 4), pulse(), oneToOne());
  network.record(poisson, 'waveform').record(preset, 'waveform').record(rate, 'waveform');
  for (const train of [poisson, preset, rate]) network.recordSpikes(train).recordSpikeCounts(train);
  return network.record(target, 'v').record(target, 'i_gap', { mean: true });
}

const linear = defineNeuron({
  name: 'linear',
  quantities: { v: quantity(1), i: quantity(3), x: quantity(2), tau_m: quantity(10), tau_s: quantity(2), k: quantity(0.7) },
  equations: `
    dv/dt = -v / tau_m + i  (unless refractory)
    di/dt = -k * i + x + sin(t / tau_s)
    dx/dt = -x / tau_s
  `,
  spike: 'v > 3',
  reset: 'v = 0',
  refractory: 'tau_s / 2',
});

const nonlinear = defineNeuron({
  name: 'fitzhugh-nagumo',
  quantities: { v: quantity(0), u: quantity(0), drive: quantity(0.5) },
  equations: `
    dv/dt = v - frozen(v^2) * v / 3 - u + current
    du/dt = 0.08 * (v + 0.7 - 0.8 * u)
    current = drive * (1 + cos(t)^2)
  `,
  spike: peak('v', { above: '1' }),
});

function integrated(integrator: Integrator): Network {
  const network = new Network({ dt: 0.1, seed: 6 });
  const lin = network.population('linear', linear({ integrator }), 5);
  const each = network.population('each', linear({ integrator }), 9).set({ tau_m: 'uniform(1, 20)', tau_s: [2, 10, 3, 1, 0.2, 5, 5, 5, 5] });
  network.record(lin, 'v').record(each, 'v').recordSpikes(each);
  if (integrator !== 'exact') {
    const wave = network.population('wave', nonlinear({ integrator }), 6).set({ v: 'uniform(-1, 1)', drive: 'index / 5' });
    network.record(wave, 'current').record(wave, 'v').recordSpikes(wave);
  }
  return network;
}

function noisy(integrator: Integrator, factor: string): Network {
  const model = defineNeuron({
    name: 'noisy',
    quantities: { x: quantity(0), y: quantity(1), tau: quantity(5), sigma: quantity(2) },
    equations: `dx/dt = -x / tau + ${factor} * xi(a) + xi(b)\ndy/dt = -y / tau + 2 * xi(b)`,
    spike: 'x > 2',
    reset: 'x = 0',
    integrator,
  });
  const network = new Network({ dt: 0.2, seed: 3 });
  const same = network.population('same', model(), 7);
  const own = network.population('own', model(), 6).set({ tau: 'uniform(1, 9)' });
  return network.record(same, 'x').record(own, 'x').record(own, 'y').recordSpikes(own);
}

function draws(): Network {
  const model = defineNeuron({
    name: 'draws',
    quantities: {
      u: quantity('uniform()'),
      n: quantity('normal(u, 2)'),
      p: quantity('poisson(20)'),
      b: quantity(0),
      q: quantity('poisson(2)'),
      rate: quantity(3),
    },
    step: `
      u = uniform(-1, 3)
      n += normal()
      if (bernoulli(0.25)) { b += 1; p = poisson(100) } else { q = poisson(rate) + poisson(abs(n)) }
    `,
    spike: 'bernoulli(0.1)',
    reset: 'n = normal(0, 0.1)',
  });
  const network = new Network({ dt: 1, seed: 2 ** 40 + 17 });
  const population = network.population('cells', model(), 11);
  const own = network.population('own', model(), 5).set({ rate: 'uniform(0, 30)', n: 'poisson(16) * normal()' });
  return network.record(population, 'n').record(own, 'q').recordSpikes(own);
}

function recorders(): Network {
  const network = new Network({ dt: 0.5, seed: 1 });
  const model = defineNeuron({
    name: 'observed',
    quantities: { v: quantity(0, 'mV', 'voltage'), tau: quantity(0.01, 's', 'time constant'), g: quantity(2, '1', 'gain') },
    inputs: { i: input('V', 'input') },
    equations: `
      dv/dt = (drive - v) / tau
      drive = g * 3[mV] + i
    `,
    spike: 'v > 4[mV]',
    reset: 'v = 0',
  });
  const population = network.lattice('cells', model(), { rows: 5, columns: 3 }).set({ v: 'uniform(0, 4)', g: 'uniform(1, 3)' });
  const ring = defineSynapse({ name: 'ring', quantities: { w: quantity(0.1, '1', 'weight') }, continuous: 'post.i += w * pre.v' });
  network.connect(population, population, ring(), where('abs(pre.index - post.index) == 1'));
  for (const name of ['v', 'drive', 'i', 'tau', 'g'] as const) {
    network.record(population, name, { every: 3 }).record(population.region([1, 4], [1, 3]), name, { every: 2 });
    network.record(population, name, { mean: true }).record(population.cells([2, 14]), name, { mean: true, every: 5 });
  }
  return network
    .recordSpikes(population)
    .recordSpikes(population.slice(4, 9))
    .recordSpikeCounts(population)
    .recordSpikeCounts(population.cells([13]));
}

/** Set and get between runs, one value becoming one a cell, expressions and draws, reset. */
function driven(): Made {
  const network = new Network({ dt: 0.5, seed: 12 });
  const population = network.lattice('cells', cell, { rows: 3, columns: 3 }).set(START);
  const train = network.population('train', poissonTrain({ rate: 100 }), 4);
  network.connect(population, population, electrical(), where('pre.row == post.row'));
  network.connect(train, population, pulse());
  network.record(population, 'v').record(population, 'a').recordSpikes(population).recordSpikeCounts(population);
  const drive = async (simulation: Simulation): Promise<void> => {
    await simulation.run(20);
    await simulation.set(population, { i_in: 15 });
    await simulation.run(10);
    await simulation.set(population.slice(0, 2), { v: -60, w: [-13, -12] });
    await simulation.set(population, { v: 'v + uniform(0, 3)', i_in: 'where(row == 1, 12, 8) + col' });
    await simulation.run(10);
    await simulation.set(population.region([0, 2], [1, 3]), { a: '0.02 * (1 + uniform())', d: 6 });
    await simulation.set(train, { rate: 300, tau: [1, 2, 3, 4] });
    await simulation.run(30);
    simulation.reset();
    await simulation.run(25);
  };
  return { network, drive };
}

/** Integrate-and-fire cell with a port and a conductance that spikes add to. */
const spiking = defineNeuron({
  name: 'spiking',
  quantities: {
    v: quantity('uniform(-65[mV], -50[mV])', 'mV', 'membrane potential'),
    g: quantity(0, 'nS', 'synaptic conductance'),
    tau_g: quantity(5, 'ms', 'decay of the conductance'),
    tau: quantity(20, 'ms', 'membrane time constant'),
    e: quantity(-49, 'mV', 'resting potential with its drive'),
    v_th: quantity(-50, 'mV', 'threshold'),
    v_reset: quantity(-60, 'mV', 'reset'),
    t_ref: quantity(2, 'ms', 'refractory period'),
    g_l: quantity(10, 'nS', 'leak'),
    g_gap: quantity(0.2, '1', 'gap junctions'),
  },
  inputs: { i_gap: input('mV', 'gap junctions'), kick: input('mV', 'kicks', 'mean') },
  equations: `
    dv/dt = (e - v + g / g_l * (0[mV] - v) + i_gap + kick) / tau  (unless refractory)
    dg/dt = -g / tau_g
  `,
  spike: 'v >= v_th',
  reset: 'v = v_reset',
  refractory: 't_ref',
  integrator: 'exponential-euler',
});

const jump = defineSynapse({
  name: 'jump',
  quantities: { w: quantity(1, 'nS', 'weight'), delay: quantity(1.5, 'ms', 'delay') },
  onPre: 'post.g += w; post.v += 0.1[mV/nS] * w',
});

const learning = defineSynapse({
  name: 'learning',
  quantities: {
    w: quantity(1, 'nS', 'weight'),
    w_max: quantity(2, 'nS', 'largest weight'),
    a_pre: quantity(0, '1', 'trace of the source'),
    a_post: quantity(0, '1', 'trace of the target'),
    tau_pre: quantity(20, 'ms', 'its decay'),
    tau_post: quantity(30, 'ms', 'its decay'),
    delay: quantity(0, 'ms', 'delay'),
  },
  equations: `
    da_pre/dt = -a_pre / tau_pre
    da_post/dt = -a_post / tau_post
    half = 0.5 * w_max
  `,
  onPre: `
    post.g += w
    post.kick += 1[mV/nS] * w
    a_pre += 0.1
    if (a_post > 0.01) { w = max(w - a_post * half, 0[nS]) } else { w += 0.01[nS] }
  `,
  onPost: 'a_post += 0.12; w = clamp(w + a_pre * half, 0[nS], w_max)',
  continuous: 'post.i_gap += 0.01[1/nS] * w * post.g_gap * (pre.v - post.v)',
});

function eventNetwork(name: 'one delay' | 'many delays' | 'learning' | 'a torus with multapses'): Network {
  const network = new Network({ dt: 0.5, seed: 5 });
  const cells = network.lattice('cells', spiking(), { rows: 5, columns: 5 });
  const train = network.population('train', poissonTrain({ rate: 100 }), 7);
  const model = name === 'learning' ? learning() : jump();
  const torus = distanceKernel('gaussian', { width: 1.2, p: 0.9, torus: true, autapses: false });
  const recurrent = network.connect(cells, cells, model, name === 'a torus with multapses' ? torus : probability(0.3));
  if (name === 'a torus with multapses') network.connect(cells, cells, model, fixedInDegree(20, { multapses: true })).set({ delay: '2 + distance' });
  const driving = network.connect(train, cells.slice(3, 20), jump({ w: 4 }), where('abs(pre.index - post.index) < 9'));
  if (name !== 'one delay') {
    recurrent.set({ delay: 'uniform(0, 20)', w: 'uniform(0, 2)' });
    driving.set({ delay: '0.5 * post.index' });
  }
  network.record(cells, 'g').recordSpikes(cells);
  if (name === 'learning') network.recordSynapses(recurrent, 'w', { every: 7 }).recordSynapses(recurrent as never, 'a_pre' as never, { every: 5 });
  return network;
}

/** Projections that share a fan-out, for they lead from one source; and one that does not, for its synapses have one weight. */
function severalTargets(): Network {
  const network = new Network({ dt: 0.5, seed: 5 });
  const targets = [30, 2, 20].map((size, i) => network.population(`cells${i}`, spiking(), size));
  const train = network.population('train', poissonTrain({ rate: 100 }), 7);
  for (const [i, cells] of targets.entries()) {
    network.connect(train, cells, jump(), probability(0.8)).set({ w: 'uniform(0, 6)', delay: 'uniform(0, 9)' });
    network.connect(targets[0], cells.slice(0, Math.max(1, cells.size - i)), jump(), probability(0.4)).set({ w: 'normal(1, 0.5)', delay: i });
    network.connect(targets[2], cells, jump(), fixedInDegree(3));
    network.record(cells, 'g').recordSpikes(cells);
  }
  return network;
}

const PLASTIC = {
  stdp,
  'nearest stdp': (options: { readonly target: string }) => stdp({ ...options, saturation: 1 }),
  weightDependentStdp,
  powerLawStdp,
  tripletStdp,
  inhibitoryStdp,
  rewardStdp,
  shortTermPlasticity,
  bcm,
  rewardBcm,
  deltaRule,
  oja,
  synapticScaling,
} as const;

/** Trains and cells onto cells by one rule, with delays; rewards where the rule takes them. */
function plastic(rule: keyof typeof PLASTIC): Made {
  const network = new Network({ dt: 0.5, seed: 8 });
  const cells = network.population('cells', spiking(), 10);
  const train = network.population('train', poissonTrain({ rate: 80 }), 12);
  network.connect(train, cells, jump({ w: 4 }), probability(0.5));
  const learned = [train, cells].map((source) => {
    const projection = network.connect(source, cells, PLASTIC[rule]({ target: 'g' }), probability(0.5));
    projection.set({ w: 'uniform(0.2, 0.8)', delay: 'uniform(0, 10)' } as never);
    network.recordSynapses(projection, 'w', { every: 9 });
    return projection;
  });
  network.recordSpikes(cells);
  return {
    network,
    drive: async (simulation) => {
      await simulation.run(60);
      for (const { name } of learned) if (rule.startsWith('reward')) await simulation.reward(0.7, { projection: name });
      await simulation.run(60);
    },
  };
}

/** Neurons that people know by name, driven by spikes and by each other. */
const NAMED = {
  iafPscDelta: { model: iafPscDelta({ i_in: 300 }), to: { v: 4 } },
  iafPscExp: { model: iafPscExp({ i_in: 300 }), to: { i_syn_ex: 200, i_syn_in: -90 } },
  iafPscAlpha: { model: iafPscAlpha({ i_in: 300 }), to: { s_ex: 200, s_in: -90 } },
  iafCondExp: { model: iafCondExp({ i_in: 200 }), to: { g_ex: 40, g_in: 10 } },
  iafCondAlpha: { model: iafCondAlpha({ i_in: 200 }), to: { s_ex: 20, s_in: 5 } },
  aeifCondExp: { model: aeifCondExp({ i_in: 600 }), to: { g_ex: 60, g_in: 20 } },
  izhikevich2007: { model: izhikevich2007({ i_in: 70 }), to: { v: 5 } },
  traubMiles: { model: traubMiles(), to: { g_ex: 6, g_in: 20 } },
  'an exact neuron with receptors': {
    model: iafPscDelta({ receptors: { slow: synapticCurrent(alphaGate({ tau: 10 })) } }),
    to: { 'slow.s': 350, v: -1 },
  },
  'a neuron with receptors that spikes open': {
    model: iafCondExp({
      i_in: 100,
      receptors: {
        ampa: ampa(exponentialGate({ tau: 2 })),
        nmda: nmda(doubleExponentialGate({ tau_rise: 2, tau_decay: 60 })),
        inhibitory: synapticConductance(alphaGate(), { e: -80 }),
      },
    }),
    to: { 'ampa.s': 20, 'nmda.s': 3, 'inhibitory.s': 4 },
  },
} as const;

function named(names: readonly (keyof typeof NAMED)[]): Network {
  const network = new Network({ dt: 0.1, seed: 9 });
  const train = network.population('train', poissonTrain({ rate: 150 }), 8);
  names.forEach((name, k) => {
    const { model, to } = NAMED[name] as { readonly model: Neuron; readonly to: Readonly<Record<string, number>> };
    const cells = network.population(`cells${k}`, model, 6).set({ i_in: '(i_in + 0.01) * (0.5 + index / 3)' });
    Object.entries(to).forEach(([target, w], i) => {
      const own = network.connect(cells, cells, staticSynapse({ target, w }), probability(0.3), { name: `own${k}-${i}` });
      own.set({ delay: 'uniform(0, 3)' });
      network.connect(train, cells, staticSynapse({ target, w: w / 2, delay: 0.5 }), probability(0.7), { name: `outer${k}-${i}` });
    });
    network.connect(cells, cells, electrical({ w: 0.2 }), where('abs(pre.index - post.index) == 1'), { name: `gaps${k}` });
    network.record(cells, 'v').recordSpikes(cells);
  });
  return network;
}

export const NETWORKS: readonly Case[] = [
  ...Object.keys(PLASTIC).map((rule) => networkCase(`plastic: ${rule}`, 0, () => plastic(rule as keyof typeof PLASTIC))),
  networkCase('neurons: linear', 250, () => named(['iafPscDelta', 'iafPscExp', 'iafPscAlpha', 'an exact neuron with receptors'])),
  networkCase('neurons: conductances', 250, () => named(['iafCondExp', 'iafCondAlpha', 'a neuron with receptors that spikes open'])),
  networkCase('neurons: nonlinear', 250, () => named(['aeifCondExp', 'izhikevich2007', 'traubMiles'])),
  ...(['one delay', 'many delays', 'learning', 'a torus with multapses'] as const).map((name) =>
    networkCase(`events: ${name}`, 200, () => eventNetwork(name)),
  ),
  networkCase('events: several targets', 200, severalTargets),
  networkCase('interacting lattices, mean', 200, () => lattices('mean')),
  networkCase('interacting lattices, sum', 200, () => lattices('sum')),
  ...RULES.map(([name, rule, w]) => networkCase(`rule: ${name}`, 60, () => wired(rule, w))),
  ...Object.entries(SYNAPSES).flatMap(([name, text]) => [
    networkCase(`synapse ${name}, all`, 80, () => synapses(text, allToAll({ autapses: false }))),
    networkCase(`synapse ${name}, dense`, 80, () => synapses(text, where('pre.index < 9'))),
    networkCase(`synapse ${name}, list`, 80, () => synapses(text, where('abs(pre.index - post.index) < 3'))),
  ]),
  networkCase('views', 80, views),
  networkCase('transmitters and receptors', 300, chemistry),
  networkCase('receptors that modulate others', 150, modulation),
  networkCase('channels and parts', 300, parts),
  networkCase('neurons without synapses', 200, libraryNeurons),
  networkCase('channels and noise of the input', 250, libraryChannels),
  networkCase('spike trains', 150, trains),
  ...(['euler', 'exponential-euler', 'exact', 'heun', 'rk4'] as const).map((i) => networkCase(`integrator ${i}`, 150, () => integrated(i))),
  networkCase('noise, euler', 60, () => noisy('euler', 'sigma * x')),
  networkCase('noise, heun', 60, () => noisy('heun', 'sigma * cos(x)')),
  networkCase('noise, exponential-euler', 60, () => noisy('exponential-euler', 'sigma')),
  networkCase('noise, exact', 60, () => noisy('exact', 'sigma')),
  networkCase('random draws', 40, draws),
  networkCase('recorders', 100, recorders),
  networkCase('driven', 0, driven),
];
