import { defineSynapse } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';

/**
 * Spike-timing dependent plasticity by triplets of spikes: w += r_1 (a2_plus + a3_plus o_2) for a spike of the target,
 * w -= o_1 (a2_minus + a3_minus r_2) for one that arrives, with fast traces r_1 and o_1 and slow ones r_2 and o_2 from before the spike.
 * Amplitudes are parts of `w_scale`. The defaults fit visual cortex; `visualCortexTriplets` and `hippocampusTriplets` hold the published sets:
 * `tripletStdp({ target: 'g', ...hippocampusTriplets.minimal })`. `saturation: 1` counts nearest spikes alone. Spikes that coincide make no pair.
 */
export const tripletStdp = defineSynapse({
  name: 'tripletStdp',
  description: 'Spike-timing dependent plasticity by triplets of spikes, which depends on rates as experiments do.',
  citation:
    'Pfister J-P, Gerstner W (2006) Triplets of spikes in a model of spike timing-dependent plasticity. Journal of Neuroscience 26(38):9673-9682. doi:10.1523/JNEUROSCI.1425-06.2006',
  quantities: {
    w: quantity(0.5, 'target', 'weight'),
    w_min: quantity(0, 'target', 'smallest weight'),
    w_max: quantity(1, 'target', 'largest weight'),
    w_scale: quantity(1, 'target', 'weight that the amplitudes are parts of'),
    a2_plus: quantity(5e-10, '1', 'potentiation by a pair'),
    a3_plus: quantity(6.2e-3, '1', 'potentiation by a triplet'),
    a2_minus: quantity(7e-3, '1', 'depression by a pair'),
    a3_minus: quantity(2.3e-4, '1', 'depression by a triplet'),
    tau_plus: quantity(16.8, 'ms', 'time constant of r_1'),
    tau_x: quantity(101, 'ms', 'time constant of r_2'),
    tau_minus: quantity(33.7, 'ms', 'time constant of o_1'),
    tau_y: quantity(125, 'ms', 'time constant of o_2'),
    saturation: quantity(0, '1', '0: all spikes count, 1: only nearest ones'),
    r_1: quantity(0, '1', 'fast trace of spikes that arrived'),
    r_2: quantity(0, '1', 'slow trace of spikes that arrived'),
    o_1: quantity(0, '1', 'fast trace of spikes of the target'),
    o_2: quantity(0, '1', 'slow trace of spikes of the target'),
    delay: quantity(1, 'ms', 'transmission delay'),
  },
  equations: `
    dr_1/dt = -r_1 / tau_plus
    dr_2/dt = -r_2 / tau_x
    do_1/dt = -o_1 / tau_minus
    do_2/dt = -o_2 / tau_y
  `,
  bounds: { w: ['w_min', 'w_max'] },
  onPre: `
    post.<target> += w
    w -= w_scale * where(post.spiked, (1 - saturation) * o_1, o_1) * (a2_minus + a3_minus * r_2)
    r_1 += 1 - saturation * r_1
    r_2 += 1 - saturation * r_2
  `,
  onPost: `
    w += w_scale * where(arrived, r_1 - 1, r_1) * (a2_plus + a3_plus * o_2)
    o_1 += 1 - saturation * o_1
    o_2 += 1 - saturation * o_2
  `,
});

const pairTaus = { tau_plus: 16.8, tau_minus: 33.7 } as const;

/** Fits to visual cortex slices (Sjoestroem et al. 2001), of Pfister and Gerstner's table 3. */
export const visualCortexTriplets = {
  full: { ...pairTaus, a2_plus: 5e-10, a3_plus: 6.2e-3, a2_minus: 7e-3, a3_minus: 2.3e-4, tau_x: 101, tau_y: 125, saturation: 0 },
  minimal: { ...pairTaus, a2_plus: 0, a3_plus: 6.5e-3, a2_minus: 7.1e-3, a3_minus: 0, tau_y: 114, saturation: 0 },
  fullNearest: { ...pairTaus, a2_plus: 8.8e-11, a3_plus: 5.3e-2, a2_minus: 6.6e-3, a3_minus: 3.1e-3, tau_x: 714, tau_y: 40, saturation: 1 },
  minimalNearest: { ...pairTaus, a2_plus: 0, a3_plus: 5e-2, a2_minus: 8e-3, a3_minus: 0, tau_y: 40, saturation: 1 },
} as const;

/** Fits to hippocampal cultures (Wang et al. 2005), of Pfister and Gerstner's table 4. */
export const hippocampusTriplets = {
  full: { ...pairTaus, a2_plus: 6.1e-3, a3_plus: 6.7e-3, a2_minus: 1.6e-3, a3_minus: 1.4e-3, tau_x: 946, tau_y: 27, saturation: 0 },
  minimal: { ...pairTaus, a2_plus: 5.3e-3, a3_plus: 8e-3, a2_minus: 3.5e-3, a3_minus: 0, tau_y: 40, saturation: 0 },
  fullNearest: { ...pairTaus, a2_plus: 4.6e-3, a3_plus: 9.1e-3, a2_minus: 3e-3, a3_minus: 7.5e-9, tau_x: 575, tau_y: 47, saturation: 1 },
  minimalNearest: { ...pairTaus, a2_plus: 4.6e-3, a3_plus: 9.1e-3, a2_minus: 3e-3, a3_minus: 0, tau_y: 48, saturation: 1 },
} as const;
