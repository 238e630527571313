import { defineSynapse, Network, quantity } from 'spikeloom';
import { ampa, approximateTransmitter, deltaDirac, izhikevich, presetTrain } from 'spikeloom/models';

/** Pairs of spikes change the weight: up for a spike of the target after one of the source, down for the other order. */
const rule = {
  quantities: {
    w: quantity(1.5, '1', 'weight'),
    w_max: quantity(3, '1', 'largest weight'),
    a_plus: quantity(0.08, '1', 'potentiation by a pair, as a part of w_max'),
    a_minus: quantity(0.08, '1', 'depression by a pair, as a part of w_max'),
    tau_plus: quantity(20, 'ms', 'time constant of potentiation'),
    tau_minus: quantity(20, 'ms', 'time constant of depression'),
    x_pre: quantity(0, '1', 'trace of spikes of the source'),
    x_post: quantity(0, '1', 'trace of spikes of the target'),
  },
  equations: `
    dx_pre/dt = -x_pre / tau_plus
    dx_post/dt = -x_post / tau_minus
  `,
  bounds: { w: ['0', 'w_max'] },
  onPre: `
    w -= a_minus * w_max * x_post
    x_pre += 1
  `,
  onPost: `
    w += a_plus * w_max * where(arrived, x_pre - 1, x_pre)
    x_post += 1
  `,
} as const;

const ELECTRICAL = 'post.i_gap += w * post.g_gap * pre.waveform';
const CHEMICAL = 'post.glutamate.conc += w * pre.glutamate.conc';

type RuleParameter = 'w_max' | 'a_plus' | 'a_minus' | 'tau_plus' | 'tau_minus';

export interface StdpCouplingOptions {
  /** When each train fires, ms. */
  readonly firingTimes?: readonly (readonly number[])[];
  /** At the start, one for each train. */
  readonly weights?: readonly number[];
  readonly parameters?: Readonly<Partial<Record<RuleParameter, number>>>;
  /** Whether trains reach the neuron as currents; true unless given. */
  readonly electrical?: boolean;
  /** Whether they reach it as glutamate; false unless given. */
  readonly chemical?: boolean;
}

/** Spikes every so many ms for a second. */
const every = (interval: number): number[] => Array.from({ length: Math.floor(1000 / interval) }, (_, i) => (i + 1) * interval);

/** Spike trains, given in advance, onto one Izhikevich neuron, by synapses that learn from the timing of spikes. */
export function stdpCoupling(options: StdpCouplingOptions = {}): Network {
  const { firingTimes = [every(50), every(60)], electrical = true, chemical = false, parameters = {} } = options;
  const network = new Network({ dt: 0.1, duration: 1000 });
  const model = presetTrain({ ...deltaDirac(1000), ...(chemical && { transmitters: { glutamate: approximateTransmitter() } }) });
  const trains = network.population('trains', model, firingTimes.length).set({ times: firingTimes });
  const cell = izhikevich({ c: -55, w: 30, c_m: 50, ...(chemical && { receptors: { ampa: ampa() } }) });
  const neuron = network.population('neuron', cell, 1, { normalize: 'mean' });
  const coupling = [...(electrical ? [ELECTRICAL] : []), ...(chemical ? [CHEMICAL] : [])];
  const plastic = defineSynapse({ name: 'plastic coupling', ...rule, ...(coupling.length > 0 && { continuous: coupling.join('\n') }) });
  const projection = network.connect(trains, neuron, plastic(parameters));
  if (options.weights) projection.set({ w: options.weights });
  network.record(neuron, 'v').record(trains, 'waveform', { every: 5 }).recordSpikes(trains).recordSpikes(neuron);
  return network.recordSynapses(projection, 'w', { every: 5 });
}
