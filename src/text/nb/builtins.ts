/**
 * What blocks may name without defining it, as the reference comes with it. Decay is decay (its own shrinks with the step),
 * receptors bind and unbind at the step's length.
 */
export const BUILTINS = `
[neurotransmitter_kinetics]
    type: ApproximateNeurotransmitter
    vars: t_max = 1, clearance_constant = 0.01
    on_iteration:
        [if] is_spiking [then]
            t += t_max
        [end]
        t -= dt * clearance_constant * t
        t = min(max(t, 0), t_max)
[end]

[neurotransmitter_kinetics]
    type: DestexheNeurotransmitter
    vars: t_max = 1, v_p = 2, k_p = 5
    on_iteration:
        t = t_max / (1 + exp(-(v - v_p) / k_p))
[end]

[neurotransmitter_kinetics]
    type: DiscreteSpikeNeurotransmitter
    vars: t_max = 1
    on_iteration:
        t = 0
        [if] is_spiking [then]
            t = t_max
        [end]
[end]

[neurotransmitter_kinetics]
    type: ExponentialDecayNeurotransmitter
    vars: t_max = 1, decay_constant = 2
    on_iteration:
        t *= exp(-dt / decay_constant)
        [if] is_spiking [then]
            t += t_max
        [end]
        t = min(max(t, 0), t_max)
[end]

[receptor_kinetics]
    type: ApproximateReceptor
    vars:
    on_iteration:
        r = t
[end]

[receptor_kinetics]
    type: DestexheReceptor
    vars: alpha = 1, beta = 1
    on_iteration:
        dr/dt = alpha * t * (1 - r) - beta * r
[end]

[receptor_kinetics]
    type: ExponentialDecayReceptor
    vars: r_max = 1, decay_constant = 2
    on_iteration:
        r = min(max(r * exp(-dt / decay_constant) + t, 0), r_max)
[end]

[receptors]
    type: DefaultReceptors
    neurotransmitter: X
    vars: current = 0, g = 1, e = 0
    on_iteration:
        current = g * r * (v - e)
[end]

[neural_refractoriness]
    type: DeltaDiracRefractoriness
    vars: decay = 10000
    effect: (v_th - v_resting) * exp(-(time_difference ^ 2) * dt / decay) + v_resting
[end]

[neural_refractoriness]
    type: ExponentialDecayRefractoriness
    vars: decay = 10000
    effect: (v_th - v_resting) * exp(-time_difference * dt / decay) + v_resting
[end]
`;
