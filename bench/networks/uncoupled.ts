import { Network } from 'spikeloom';
import { izhikevich } from 'spikeloom/models';

/** n Izhikevich neurons, each on its own, driven by a constant current. */
export function uncoupled(n: number): Network {
  const network = new Network({ dt: 0.5, seed: 1 });
  network.population('cells', izhikevich({ i_in: 10 }), n).set({ v: 'uniform(-65, v_th)' });
  return network;
}
