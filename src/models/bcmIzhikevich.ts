import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Izhikevich's neuron that measures its own rate: `activity` is the rate in the last whole `window`, `average_activity`
 * a moving average of it over about `period` windows, the sliding threshold of BCM rules. Steps are counted, so that a
 * window lasts round(window / dt) of them.
 */
export const bcmIzhikevich = defineNeuron({
  name: 'bcm izhikevich',
  description: "Izhikevich's neuron with a meter of its own rate, for plasticity with a sliding threshold.",
  citation:
    'Izhikevich E M (2003) Simple model of spiking neurons. IEEE Transactions on Neural Networks 14(6):1569-1572. doi:10.1109/TNN.2003.820440; Bienenstock E L, Cooper L N, Munro P W (1982) Theory for the development of neuron selectivity. J Neurosci 2(1):32-48. doi:10.1523/JNEUROSCI.02-01-00032.1982',
  quantities: {
    v: quantity(-65, 'mV', 'membrane potential'),
    w: quantity('b * v', 'mV', 'recovery variable'),
    a: quantity(0.02, '1', 'rate of recovery'),
    b: quantity(0.2, '1', 'sensitivity of recovery to the membrane potential'),
    c: quantity(-65, 'mV', 'reset of the membrane potential'),
    d: quantity(8, 'mV', 'increment of recovery at a spike'),
    v_th: quantity(30, 'mV', 'peak at which a spike is cut off'),
    v_init: quantity(-65, 'mV', 'lower end of random initial potentials'),
    c_m: quantity(1, 'ms', 'time scale of the membrane potential'),
    tau_m: quantity(1, 'ms', 'time scale of recovery'),
    window: quantity(500, 'ms', 'time over which spikes are counted'),
    period: quantity(3, '1', 'windows over which the average forgets'),
    activity: quantity(0, 'Hz', 'rate in the last whole window'),
    average_activity: quantity(0, 'Hz', 'moving average of the rate'),
    spikes: quantity(0, '1', 'spikes in this window so far'),
    steps: quantity(0, '1', 'steps of this window so far'),
    g_gap: quantity(1, '1', 'gap-junction conductance'),
    i_in: quantity(0, 'mV', 'injected current'),
  },
  inputs: { i_gap: input('mV', 'current through gap junctions and pulses') },
  units: { conductance: '1', current: 'mV' },
  equations: `
    dv/dt = (0.04[1/mV] * v^2 + 5 * v + 140[mV] - w + i_in + i_gap - i_channels - i_receptors) / c_m
    dw/dt = a * (b * v - w) / tau_m
  `,
  step: `
    steps += 1
    if (steps + 0.5 > window / dt) {
      activity = spikes / window
      average_activity += (activity - average_activity) / period
      spikes = 0
      steps = 0
    }
  `,
  spike: 'v >= v_th',
  reset: 'v = c; w += d; spikes += 1',
  integrator: 'euler',
});
