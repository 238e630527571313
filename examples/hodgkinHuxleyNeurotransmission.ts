import { Network } from 'spikeloom';
import { ampa, chemical, destexheTransmitter, hodgkinHuxley } from 'spikeloom/models';

/** A driven Hodgkin-Huxley neuron releases glutamate; AMPA receptors make a second one fire. */
export function hodgkinHuxleyNeurotransmission(options: { readonly current?: number; readonly conductance?: number } = {}): Network {
  const network = new Network({ dt: 0.01, duration: 100 });
  const source = hodgkinHuxley({ i_in: options.current ?? 10, transmitters: { glutamate: destexheTransmitter() } });
  const target = hodgkinHuxley({ receptors: { ampa: ampa({ g: options.conductance ?? 1 }) } });
  const presynaptic = network.population('presynaptic', source, 1);
  const postsynaptic = network.population('postsynaptic', target, 1);
  network.connect(presynaptic, postsynaptic, chemical());
  network.record(presynaptic, 'v', { every: 10 }).record(presynaptic, 'glutamate.conc', { every: 10 });
  network.record(postsynaptic, 'v', { every: 10 }).record(postsynaptic, 'ampa.r', { every: 10 });
  network.recordSpikes(presynaptic).recordSpikes(postsynaptic);
  return network;
}
