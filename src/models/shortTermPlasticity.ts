import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Short-term depression and facilitation: of its resources x a spike uses the part u, so that the target gets w u x; x recovers with tau_rec,
 * u grows by u_0 (1 - u) at each spike and decays with tau_facil. The defaults depress, as between pyramidal cells (u_0 0.5, 1100 ms, 50 ms);
 * u_0 0.05, 125 ms, 1200 ms facilitate (Markram, Wang, Tsodyks 1998). For pure depression give tau_facil far below the shortest interval.
 */
export const shortTermPlasticity = defineSynapse({
  name: 'shortTermPlasticity',
  description: 'Short-term depression by use of resources, and facilitation.',
  citation:
    'Tsodyks M, Pawelzik K, Markram H (1998) Neural networks with dynamic synapses. Neural Computation 10(4):821-835. doi:10.1162/089976698300017502',
  quantities: {
    w: quantity(1, 'target', 'weight: what a spike would add that used all resources'),
    u_0: quantity(0.5, '1', 'part of the resources that the first spike uses'),
    tau_rec: quantity(1100, 'ms', 'recovery from depression'),
    tau_facil: quantity(50, 'ms', 'decay of facilitation, above 0'),
    x: quantity(1, '1', 'resources left'),
    u: quantity(0, '1', 'part of the resources in use by facilitation'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  equations: `
    dx/dt = (1 - x) / tau_rec
    du/dt = -u / tau_facil
  `,
  onPre: `
    u += u_0 * (1 - u)
    post.<target> += w * u * x
    x -= u * x
  `,
});
