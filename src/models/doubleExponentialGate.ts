import { defineReceptor } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Kinetics of receptors that spikes open without a transmitter: a spike adds the difference exp(-s / tau_decay) - exp(-s / tau_rise)
 * to r, s the time since it arrived, scaled so that its peak is the weight. Equal time constants make an alpha function. Spikes add to
 * `s`: `staticSynapse({ target: 'nmda.s' })`.
 */
export const doubleExponentialGate = defineReceptor({
  name: 'double exponential gate',
  description: 'Receptors that each spike opens along a difference of exponentials, by its weight at the peak.',
  citation:
    'Roth A, van Rossum M C W (2009) Modeling synapses. In: De Schutter E (ed) Computational Modeling Methods for Neuroscientists. MIT Press, 139-160, equations 6.4 and 6.5',
  quantities: {
    s: quantity(0, '1', 'what spikes add to'),
    open: quantity(0, '1', 'fraction of open receptors / scale'),
    tau_rise: quantity(0.5, 'ms', 'time constant of opening'),
    tau_decay: quantity(5, 'ms', 'time constant of closing'),
  },
  equations: `
    # exp(t_peak / tau_rise): t_peak is where (s - open) is 0.
    scale = exp(1 / exprel(log(tau_rise / tau_decay)))
    r = scale * open
    ds/dt = -s / tau_rise
    dopen/dt = (s - open) / tau_decay
  `,
});
