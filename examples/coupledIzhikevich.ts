import { Network } from 'spikeloom';
import { electrical, izhikevich } from 'spikeloom/models';

/** Two Izhikevich neurons: a current drives the first, a gap junction carries it to the second. */
export function coupledIzhikevich(options: { readonly current?: number; readonly conductance?: number } = {}): Network {
  const network = new Network({ dt: 0.1, duration: 1000 });
  const driven = network.population('driven', izhikevich({ i_in: options.current ?? 10 }), 1);
  const coupled = network.population('coupled', izhikevich({ g_gap: options.conductance ?? 1 }), 1);
  network.connect(driven, coupled, electrical());
  for (const cell of [driven, coupled]) {
    network.record(cell, 'v');
    network.recordSpikes(cell);
  }
  return network;
}
