import { defineTransmitter, Network, quantity } from 'spikeloom';
import { ampa, approximateReceptor, chemical, izhikevich } from 'spikeloom/models';

/** Transmitter that is released while the voltage is above a threshold, and decays otherwise. */
const thresholdTransmitter = defineTransmitter({
  name: 'threshold transmitter',
  quantities: {
    conc: quantity(0, 'mM', 'concentration'),
    t_max: quantity(1, 'mM', 'concentration while released'),
    v_th: quantity(25, 'mV', 'voltage above which it is released'),
    tau: quantity(5, 'ms', 'decay constant'),
  },
  step: `
    conc *= exp(-dt / tau)
    if (v >= v_th) { conc = t_max }
  `,
});

export function customTransmitter(): Network {
  const network = new Network({ dt: 0.1, duration: 500 });
  const source = izhikevich({ i_in: 10, transmitters: { glutamate: thresholdTransmitter({ tau: 10 }) } });
  const target = izhikevich({ receptors: { ampa: ampa(approximateReceptor(), { g: 0.5 }) } });
  const presynaptic = network.population('presynaptic', source, 1);
  const postsynaptic = network.population('postsynaptic', target, 1);
  network.connect(presynaptic, postsynaptic, chemical());
  network.record(presynaptic, 'glutamate.conc').record(postsynaptic, 'v');
  network.recordSpikes(presynaptic).recordSpikes(postsynaptic);
  return network;
}
