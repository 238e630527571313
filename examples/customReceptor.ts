import { defineReceptor, Network, quantity } from 'spikeloom';
import { ampa, chemical, discreteSpikeTransmitter, izhikevich } from 'spikeloom/models';

/** Receptors that open with each pulse, up to a limit, and close exponentially. */
const saturatingReceptor = defineReceptor({
  name: 'saturating receptor',
  quantities: {
    r: quantity(0, '1', 'fraction of open receptors'),
    r_max: quantity(0.8, '1', 'largest fraction'),
    tau: quantity(5, 'ms', 'decay constant'),
    gain: quantity(0.5, '1/mM', 'fraction opened by a pulse'),
  },
  step: 'r = min(r * exp(-dt / tau) + gain * conc, r_max)',
});

export function customReceptor(): Network {
  const network = new Network({ dt: 0.1, duration: 500 });
  const source = izhikevich({ i_in: 10, transmitters: { glutamate: discreteSpikeTransmitter() } });
  const target = izhikevich({ receptors: { ampa: ampa(saturatingReceptor({ tau: 8 }), { g: 0.5 }) } });
  const presynaptic = network.population('presynaptic', source, 1);
  const postsynaptic = network.population('postsynaptic', target, 1);
  network.connect(presynaptic, postsynaptic, chemical());
  network.record(postsynaptic, 'ampa.r').record(postsynaptic, 'v');
  network.recordSpikes(presynaptic).recordSpikes(postsynaptic);
  return network;
}
