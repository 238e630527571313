import { defineNeuron, quantity } from 'spikeloom';

/** A leaky cell with noise and a slow synaptic input, such as NMDA receptors give. Voltages count from rest. */
export const slowCell = defineNeuron({
  name: 'slow cell',
  quantities: {
    v: quantity(0, 'mV', 'membrane potential'),
    s: quantity(0, 'mV', 'synaptic input'),
    drive: quantity(19, 'mV', 'constant input'),
    noise: quantity(2, 'mV', 'standard deviation that noise gives the potential'),
    v_th: quantity(20, 'mV', 'threshold'),
    tau: quantity(10, 'ms', 'membrane time constant'),
    tau_s: quantity(50, 'ms', 'decay of the synaptic input'),
    t_ref: quantity(3, 'ms', 'refractory period'),
  },
  equations: `
    dv/dt = (drive + s - v) / tau + noise * sqrt(2 / tau) * xi(membrane) (unless refractory)
    ds/dt = -s / tau_s
  `,
  spike: 'v >= v_th',
  reset: 'v = 0[mV]',
  refractory: 't_ref',
  integrator: 'euler',
});
