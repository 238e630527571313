import { defineNeuron } from '../model/define.ts';
import { input, quantity } from '../model/quantity.ts';

/**
 * Izhikevich's neuron in units of currents and conductances: c_m dv/dt = k (v - v_r) (v - v_t) - u + I,
 * du/dt = a (b (v - v_r) - u); at v >= v_peak: v = c, u = u + d. The defaults are the regular spiking cell of the book.
 * `izhikevich` is the model of 2003.
 */
export const izhikevich2007 = defineNeuron({
  name: 'izhikevich2007',
  description: 'Quadratic neuron with recovery current, with capacitance, resting potential and threshold of its own.',
  citation:
    'Izhikevich E M (2007) Dynamical Systems in Neuroscience: The Geometry of Excitability and Bursting. MIT Press, section 8.2, equations 8.5 and 8.6',
  quantities: {
    v: quantity('v_r', 'mV', 'membrane potential'),
    u: quantity('b * (v - v_r)', 'pA', 'recovery current'),
    c_m: quantity(100, 'pF', 'membrane capacitance'),
    k: quantity(0.7, 'nS/mV', 'steepness of the quadratic current'),
    v_r: quantity(-60, 'mV', 'resting potential'),
    v_t: quantity(-40, 'mV', 'instantaneous threshold potential'),
    v_peak: quantity(35, 'mV', 'peak at which a spike is cut off'),
    a: quantity(0.03, '1/ms', 'rate of recovery'),
    b: quantity(-2, 'nS', 'sensitivity of recovery to the membrane potential'),
    c: quantity(-50, 'mV', 'reset of the membrane potential'),
    d: quantity(100, 'pA', 'increment of recovery at a spike'),
    g_gap: quantity(1, 'nS', 'gap-junction conductance'),
    i_in: quantity(0, 'pA', 'injected current'),
  },
  inputs: { i_gap: input('pA', 'current through gap junctions and pulses') },
  equations: `
    dv/dt = (k * (v - v_r) * (v - v_t) - u + i_in + i_gap - i_channels - i_receptors) / c_m
    du/dt = a * (b * (v - v_r) - u)
  `,
  spike: 'v >= v_peak',
  reset: 'v = c; u += d',
  integrator: 'heun',
});
