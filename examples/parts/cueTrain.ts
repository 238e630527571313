import { defineSpikeTrain, quantity } from 'spikeloom';

/** Random spikes that end. */
export const cueTrain = defineSpikeTrain({
  name: 'cue train',
  quantities: {
    v: quantity(0, 'mV', 'voltage'),
    rate: quantity(200, 'Hz', 'rate while it lasts'),
    until: quantity(200, 'ms', 'end'),
  },
  spike: 'bernoulli(where(t < until, rate, 0[Hz]) * dt)',
});
