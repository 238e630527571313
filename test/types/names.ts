import { Network } from '../../src/index.ts';
import {
  ampa,
  approximateReceptor,
  destexheTransmitter,
  electrical,
  hodgkinHuxley,
  izhikevich,
  nmda,
  presetTrain,
  sodium,
} from '../../src/models/index.ts';

// Every line below @ts-expect-error must not compile; the type checker is the test.
const network = new Network({ dt: 1 });

const lattice = network.lattice('lattice', izhikevich({ c_m: 100 }), { rows: 2, columns: 2 });
lattice.set({ v_th: 30, v: 'uniform(v_init, v_th)', w: [1, 2, 3, 4] });
// @ts-expect-error vth is not a quantity of this model
lattice.set({ vth: 1 });
// @ts-expect-error neither is it an option
izhikevich({ q: 1 });
// @ts-expect-error a quantity takes no flag
izhikevich({ a: true });

network.record(lattice, 'v').record(lattice, 'i_gap');
// @ts-expect-error u is not known of this model
network.record(lattice, 'u');
// @ts-expect-error nor in a view of it
network.record(lattice.slice(0, 2), 'u', { mean: true });

const rich = hodgkinHuxley({
  'na.g': 100,
  receptors: { ampa: ampa(), slow: nmda(approximateReceptor(), { mg: 0.5 }) },
  transmitters: { glutamate: destexheTransmitter({ t_max: 2 }) },
});
// Parts that are given can be changed in the same call.
izhikevich({ receptors: { ampa: ampa(), slow: nmda(approximateReceptor()) }, 'ampa.g': 2, 'slow.mg': 0.5, a: 0.1 });
izhikevich({ transmitters: { glutamate: destexheTransmitter() }, 'glutamate.t_max': 2 });
// @ts-expect-error the part is called ampa
izhikevich({ receptors: { ampa: ampa() }, 'ampar.g': 2 });
// @ts-expect-error it has no such quantity
izhikevich({ receptors: { ampa: ampa() }, 'ampa.h': 2 });
// @ts-expect-error the kinetics were swapped: there is no alpha any more
izhikevich({ receptors: { slow: nmda(approximateReceptor()) }, 'slow.alpha': 2 });
const cells = network.population('cells', rich, 3);
cells.set({ 'na.m': 0, 'ampa.g': 2, 'ampa.alpha': 1, 'glutamate.t_max': 1, v: -65 });
network.record(cells, 'ampa.current').record(cells, 'slow.r').record(cells, 'na.alpha_m').record(cells, 'glutamate.conc');
// @ts-expect-error the part is called ampa
cells.set({ 'ampar.g': 2 });
// @ts-expect-error a named expression can be read but not set
cells.set({ 'ampa.current': 2 });
// @ts-expect-error the kinetics were swapped: there is no alpha any more
cells.set({ 'slow.alpha': 2 });
// @ts-expect-error there is no such channel variable
network.record(cells, 'na.n');
// @ts-expect-error a channel takes its own quantities only
sodium({ n: 1 });
// @ts-expect-error a receptor is no channel
hodgkinHuxley({ channels: { x: ampa() } });

const synapse = network.connect(lattice, cells, electrical({ w: 2 }));
synapse.set({ w: 'normal(1, 0.1)' });
// @ts-expect-error a synapse has its own quantities
synapse.set({ weight: 1 });

const trains = network.population('trains', presetTrain({ times: [1, 2] }), 2);
trains.set({ times: [[1], [2, 3]] });
// @ts-expect-error a spike train takes no input
network.connect(lattice, trains, electrical());
