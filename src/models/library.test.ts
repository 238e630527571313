import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { composeModel } from '../model/compose.ts';
import type { AnyModel, Receptor } from '../model/define.ts';
import { INTEGRATORS, type ModelDef } from '../model/definition.ts';
import * as library from './index.ts';

const factories = Object.entries(library).filter((entry): entry is [string, (typeof entry)[1] & { readonly def: ModelDef }] => 'def' in entry[1]);
const defs = factories.map(([name, factory]) => ({ name, def: factory.def }));
const ofKind = (kind: ModelDef['kind']) => defs.filter(({ def }) => def.kind === kind).map(({ name }) => name);

/** Those whose voltage is in mV, so that every part fits. */
const NEURONS = [
  library.leakyIntegrateAndFire,
  library.quadraticIntegrateAndFire,
  library.adaptiveLeaky,
  library.adaptiveExponential,
  library.simpleLeaky,
  library.izhikevich,
  library.leakyIzhikevich,
  library.bcmIzhikevich,
  library.hodgkinHuxley,
  library.morrisLecar,
  library.wangBuzsaki,
  library.connorStevens,
  library.iafPscDelta,
  library.iafPscExp,
  library.iafPscAlpha,
  library.iafCondExp,
  library.iafCondAlpha,
  library.aeifCondExp,
  library.izhikevich2007,
  library.traubMiles,
];
const RECEPTORS: readonly (((kinetics: Receptor) => Receptor) & { readonly def: ModelDef })[] = [
  library.ampa,
  library.nmda,
  library.gaba,
  library.gabaB,
  library.defaultReceptor,
];
const KINETICS: readonly Receptor[] = [library.destexheReceptor(), library.approximateReceptor(), library.exponentialDecayReceptor()];
const TRANSMITTERS = [
  library.destexheTransmitter,
  library.approximateTransmitter,
  library.discreteSpikeTransmitter,
  library.exponentialDecayTransmitter,
];
const TRAINS = [library.poissonTrain, library.presetTrain, library.rateTrain];

describe('library', () => {
  it('holds these models', () => {
    expect(ofKind('neuron')).toEqual([
      'adaptiveExponential',
      'adaptiveLeaky',
      'aeifCondExp',
      'bcmIzhikevich',
      'connorStevens',
      'fitzHughNagumo',
      'hindmarshRose',
      'hodgkinHuxley',
      'iafCondAlpha',
      'iafCondExp',
      'iafPscAlpha',
      'iafPscDelta',
      'iafPscExp',
      'izhikevich',
      'izhikevich2007',
      'leakyIntegrateAndFire',
      'leakyIzhikevich',
      'morrisLecar',
      'quadraticIntegrateAndFire',
      'simpleLeaky',
      'traubMiles',
      'wangBuzsaki',
    ]);
    expect(ofKind('channel')).toEqual([
      'aTypePotassium',
      'connorStevensPotassium',
      'connorStevensSodium',
      'highThresholdCalcium',
      'inwardRectifier',
      'leak',
      'lowThresholdCalcium',
      'mCurrent',
      'noiseCurrent',
      'noisyInput',
      'potassium',
      'reducedCalcium',
      'sodium',
      'steadyStatePotassium',
      'traubPotassium',
      'traubSodium',
      'wangBuzsakiPotassium',
      'wangBuzsakiSodium',
    ]);
    expect(ofKind('transmitter')).toEqual([
      'approximateTransmitter',
      'destexheTransmitter',
      'discreteSpikeTransmitter',
      'exponentialDecayTransmitter',
    ]);
    expect(ofKind('receptor')).toEqual([
      'alphaGate',
      'ampa',
      'approximateReceptor',
      'defaultReceptor',
      'destexheReceptor',
      'dopamineD1',
      'dopamineD2',
      'doubleExponentialGate',
      'exponentialDecayReceptor',
      'exponentialGate',
      'gaba',
      'gabaB',
      'muscarinicAcetylcholine',
      'nitricOxide',
      'nmda',
      'noradrenaline',
      'serotonin1A',
      'synapticConductance',
      'synapticCurrent',
    ]);
    expect(ofKind('spikeTrain')).toEqual(['poissonTrain', 'presetTrain', 'rateTrain']);
    expect(ofKind('stimulus')).toEqual([
      'ornsteinUhlenbeckCurrent',
      'poissonInput',
      'rampCurrent',
      'sineCurrent',
      'stepCurrent',
      'timedArray',
      'whiteNoiseCurrent',
    ]);
    expect(ofKind('synapse')).toEqual([
      'bcm',
      'chemical',
      'deltaRule',
      'electrical',
      'inhibitoryStdp',
      'oja',
      'powerLawStdp',
      'pulse',
      'rewardBcm',
      'rewardStdp',
      'shortTermPlasticity',
      'staticSynapse',
      'stdp',
      'synapticScaling',
      'tripletStdp',
      'weightDependentStdp',
    ]);
  });

  it('exports every model that has a file', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts') && f !== 'index.ts');
    const index = readFileSync(new URL('index.ts', import.meta.url), 'utf8');
    for (const file of files) expect(index).toContain(`'./${file}'`);
  });

  it.each(defs)('$name says what it is, where it comes from and what its quantities mean', ({ def }) => {
    expect(def.description).toMatch(/^[A-Z].*\.$/);
    // Authors or a year alone would not let anybody find the source.
    expect(def.citation).toMatch(/\((18|19|20)\d\d\).{20,}/);
    for (const [name, q] of Object.entries({ ...def.quantities, ...def.inputs })) {
      expect(q.unit, name).toBeDefined();
      expect(q.meaning, name).toMatch(/\S/);
    }
  });

  it('names no two models alike', () => {
    expect(new Set(defs.map(({ def }) => def.name)).size).toBe(defs.length);
  });

  it('is plain data', () => {
    for (const { def } of defs) expect(JSON.parse(JSON.stringify(def))).toEqual(def);
  });
});

describe('composition', () => {
  it.each(NEURONS.map((neuron) => ({ name: neuron.def.name, neuron })))(
    '$name takes every transmitter and every receptor with every kinetics',
    ({ neuron }) => {
      for (const transmitter of TRANSMITTERS) {
        for (const receptor of RECEPTORS) {
          for (const kinetics of KINETICS) {
            const model = neuron({ transmitters: { glutamate: transmitter() }, receptors: { receptor: receptor(kinetics) } });
            const flat = composeModel(model.def);
            expect(flat.transmitters).toEqual(['glutamate']);
            expect([...flat.definitions.keys()]).toContain('receptor.current');
            expect([...flat.inputs.keys()]).toContain(`input.${receptor.def.transmitter}.conc`);
          }
        }
      }
    },
  );

  it.each(NEURONS.map((neuron) => ({ name: neuron.def.name, neuron })))('$name takes every metabotropic receptor', ({ neuron }) => {
    const metabotropic = {
      d1: library.dopamineD1(),
      d2: library.dopamineD2(),
      no: library.nitricOxide(),
      na: library.noradrenaline(),
      serotonin: library.serotonin1A(),
      ach: library.muscarinicAcetylcholine(),
    };
    const model = neuron({ channels: { m: library.mCurrent() }, receptors: { ampa: library.ampa(), nmda: library.nmda(), ...metabotropic } });
    expect([...composeModel(model.def).inputs.keys()]).toContain('input.dopamine.conc');
  });

  it.each(TRAINS.map((train) => ({ name: train.def.name, train })))('$name takes every transmitter', ({ train }) => {
    for (const transmitter of TRANSMITTERS) {
      expect(composeModel(train({ transmitters: { gaba: transmitter() } }).def).quantities.has('gaba.conc')).toBe(true);
    }
  });

  it('gives parts the units of their neuron', () => {
    const unitOf = (model: AnyModel, name: string) => composeModel(model.def).quantities.get(name)?.unit.text;
    const receptors = { ampa: library.ampa() };
    expect(unitOf(library.leakyIntegrateAndFire({ receptors }), 'ampa.g')).toBe('nS');
    expect(unitOf(library.izhikevich({ receptors }), 'ampa.g')).toBe('1');
    expect(unitOf(library.hodgkinHuxley({ receptors }), 'ampa.g')).toBe('mS/cm^2');
    expect(unitOf(library.morrisLecar(), 'ca.g')).toBe('mS/cm^2');
  });

  it('changes parts in the call that gives them', () => {
    const { receptors, channels } = library.hodgkinHuxley({ receptors: { ampa: library.ampa() }, 'ampa.g': 2, 'na.g': 100 }).def;
    expect([receptors?.ampa.quantities.g.value, channels?.na.quantities.g.value]).toEqual([2, 100]);
  });

  it('accepts any integrator by name', () => {
    for (const neuron of NEURONS) for (const integrator of INTEGRATORS) expect(composeModel(neuron({ integrator }).def).integrator).toBe(integrator);
  });

  it('lets both glutamate receptors feel one concentration', () => {
    const flat = composeModel(library.hodgkinHuxley({ receptors: { ampa: library.ampa(), nmda: library.nmda(), gaba: library.gaba() } }).def);
    expect([...flat.inputs.keys()]).toEqual(['i_gap', 'input.glutamate.conc', 'input.gaba.conc']);
  });
});

describe('values', () => {
  const values = (def: ModelDef) => Object.fromEntries(Object.entries(def.quantities).map(([name, q]) => [name, q.value]));

  it('of the receptors are the published ones', () => {
    const kinetics = RECEPTORS.map((receptor) => ({ ...values(receptor.def), ...(receptor.def.kinetics && values(receptor.def.kinetics)) }));
    expect(kinetics).toEqual([
      { g: 1, e: 0, r: 0, alpha: 1.1, beta: 0.19 },
      { g: 0.6, e: 0, mg: 1, mg_half: 3.57, r: 0, alpha: 0.072, beta: 0.0066 },
      { g: 1.2, e: -80, r: 0, alpha: 5, beta: 0.18 },
      { g: 0.06, e: -95, s: 0, k3: 0.18, k4: 0.034, kd: 100, r: 0, alpha: 0.09, beta: 0.0012 },
      { g: 1, e: 0, conc_full: 1 },
    ]);
    expect(library.gabaBRates.destexhe1998).toEqual({ alpha: 0.09, beta: 0.0012, k3: 0.18, k4: 0.034 });
  });

  it('of Izhikevich are the regular spiking cell', () => {
    expect(values(library.izhikevich.def)).toMatchObject({ a: 0.02, b: 0.2, c: -65, d: 8, v_th: 30, c_m: 1, tau_m: 1, w: 'b * v' });
  });

  it('of Hodgkin-Huxley are those of the squid axon at a resting potential of -65 mV', () => {
    expect(values(library.sodium.def)).toMatchObject({ g: 120, e: 50 });
    expect(values(library.potassium.def)).toMatchObject({ g: 36, e: -77 });
    expect(values(library.leak.def)).toMatchObject({ g: 0.3, e: -54.387 });
  });
});
