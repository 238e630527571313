#!/usr/bin/python3
"""The network stdp of brian2_networks.py with spikes and weights that are given, without chance: prints what
test/golden/data/12_peer_stdp.json.gz holds, by which test/golden/peers.test.ts shows that both simulators have one definition.

Needs Debian's python3-brian (2.5.1); run it with /usr/bin/python3.
"""
import json
import brian2 as b2
import numpy
from brian2 import ms
from brian2_networks import stdp

CELLS, STEPS = 4, 3000


def steps_of(i):
    """The steps in which input i spikes: every 30 to 103 ms."""
    return range((i * 7919) % 500, STEPS, 300 + (i * 37) % 731)


b2.prefs.codegen.target = "numpy"
b2.defaultclock.dt = 0.1 * ms
pairs = [(i, k) for i in range(1000) for k in steps_of(i)]
given = b2.SpikeGeneratorGroup(1000, [i for i, _ in pairs], numpy.array([k for _, k in pairs]) * 0.1 * ms)
inputs, group, synapses = stdp(CELLS, given)
source, target = numpy.array(synapses.i), numpy.array(synapses.j)
synapses.w = 0.01 * ((37 * source + 11 * target) % 101) / 101
monitor = b2.SpikeMonitor(group)
network = b2.Network(inputs, group, synapses, monitor)
network.run(STEPS * 0.1 * ms)
weights = numpy.zeros((1000, CELLS))
weights[source, target] = synapses.w
spikes = [sorted(numpy.rint(monitor.t[monitor.i == cell] / (0.1 * ms)).astype(int).tolist()) for cell in range(CELLS)]
print(json.dumps({
    "scenario": "12_peer_stdp",
    "description": "the network stdp of the benches in Brian 2, with given spikes of the inputs and given weights",
    "params": {"cells": CELLS},
    "dt": 0.1,
    "steps": STEPS,
    "notes": [f"brian2 {b2.__version__}, numpy target, f64", "made by bench/peers/brian2_stdp_fixed.py"],
    "series": {"spike_steps": spikes, "weights_of_every_20th_input": weights[::20].tolist(), "sum_of_weights": weights.sum(axis=0).tolist()},
}))
