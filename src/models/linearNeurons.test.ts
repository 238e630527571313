import { describe, expect, it } from 'vitest';
import { Network, simulate } from '../index.ts';
import { ampa, iafPscAlpha, iafPscDelta, iafPscExp, presetTrain, staticSynapse } from './index.ts';

const { exp, expm1, log, abs, ceil } = Math;

/** The integral of x^n exp(g x) from 0 to s, n = 0 or 1, also where g s is small. */
function powerExponential(n: 0 | 1, g: number, s: number): number {
  const z = g * s;
  if (n === 0) return z === 0 ? s : (s * expm1(z)) / z;
  if (abs(z) > 0.5) return (s * s * (z * exp(z) - expm1(z))) / (z * z);
  let [term, sum] = [1, 0];
  for (let k = 0; k < 25; k++) {
    sum += term / (k + 2);
    term *= z / (k + 1);
  }
  return s * s * sum;
}

/** What a spike of weight 1 makes of the voltage, s ms after it arrived. */
const RESPONSES = {
  delta: (s: number, { tau_m }: Constants): number => exp(-s / tau_m),
  exponential: (s: number, { tau_m, c_m }: Constants, tau: number): number => (exp(-s / tau_m) / c_m) * powerExponential(0, 1 / tau_m - 1 / tau, s),
  alpha: (s: number, { tau_m, c_m }: Constants, tau: number): number =>
    (exp(1 - s / tau_m) / tau / c_m) * powerExponential(1, 1 / tau_m - 1 / tau, s),
} as const;

interface Constants {
  readonly tau_m: number;
  readonly tau_syn_ex: number;
  readonly tau_syn_in: number;
  readonly c_m: number;
}

const CELLS = [
  { name: 'iafPscDelta', response: 'delta', model: iafPscDelta, targets: ['v', 'v'] },
  { name: 'iafPscExp', response: 'exponential', model: iafPscExp, targets: ['i_syn_ex', 'i_syn_in'] },
  { name: 'iafPscAlpha', response: 'alpha', model: iafPscAlpha, targets: ['s_ex', 's_in'] },
] as const;

/** Arrivals at multiples of 1 ms, so that they are the same for every step. */
const ARRIVALS = [
  { at: 1, w: 300, sign: 0 },
  { at: 7, w: 120.5, sign: 0 },
  { at: 7, w: -80.25, sign: 1 },
  { at: 30, w: 17, sign: 0 },
  { at: 31, w: 450, sign: 0 },
  { at: 60, w: -333, sign: 1 },
] as const;

function drivenBy(model: (typeof CELLS)[number], taus: Omit<Constants, 'c_m'>, dt: number) {
  const network = new Network({ dt });
  const free = { e_leak: 0, v: 12, v_th: 1e9, i_in: 100 };
  const cell = network.population(
    'cell',
    model.name === 'iafPscDelta' ? model.model({ ...free, tau_m: taus.tau_m }) : model.model({ ...free, ...taus }),
    1,
  );
  for (const sign of [0, 1] as const) {
    const mine = ARRIVALS.filter((a) => a.sign === sign);
    const trains = network.population(`trains${sign}`, presetTrain(), mine.length).set({ times: mine.map(({ at }) => [at]) });
    const synapse = staticSynapse({ target: model.targets[sign], delay: 0 });
    network.connect(trains, cell, synapse).set({ w: mine.map(({ w }) => w) });
  }
  return { network: network.record(cell, 'v'), cell };
}

const TIME_CONSTANTS: readonly Omit<Constants, 'c_m'>[] = [
  { tau_m: 10, tau_syn_ex: 2, tau_syn_in: 0.5 },
  { tau_m: 10, tau_syn_ex: 10, tau_syn_in: 10 },
  { tau_m: 10, tau_syn_ex: 10 * (1 + 1e-9), tau_syn_in: 10 * (1 - 1e-5) },
  { tau_m: 20, tau_syn_ex: 20.01, tau_syn_in: 100 },
  { tau_m: 250, tau_syn_ex: 0.1, tau_syn_in: 30 },
];

describe.each(CELLS)('$name', (cellCase) => {
  const { response, targets } = cellCase;

  it.each([0.1, 0.2, 0.5, 1].flatMap((dt) => (['js', 'wasm'] as const).map((backend) => ({ dt, backend }))))(
    'follows the closed form at dt = $dt on $backend, time constants equal or nearly so too',
    async ({ dt, backend }) => {
      for (const taus of response === 'delta' ? TIME_CONSTANTS.slice(0, 1) : TIME_CONSTANTS) {
        const constants = { ...taus, c_m: 250 };
        const { network, cell } = drivenBy(cellCase, taus, dt);
        const simulation = await simulate(network, { backend, precision: 'f64' });
        await simulation.run(100);
        const { values: v } = simulation.recordings.trace(cell, 'v');
        for (let t = 1; t <= 100; t++) {
          const decay = exp(-t / taus.tau_m);
          const terms = [12 * decay, -((100 / 250) * taus.tau_m) * expm1(-t / taus.tau_m)];
          for (const { at, w, sign } of ARRIVALS) {
            if (t >= at) terms.push(w * RESPONSES[response](t - at, constants, sign === 0 ? taus.tau_syn_ex : taus.tau_syn_in));
          }
          const expected = terms.reduce((sum, x) => sum + x, 0);
          const size = terms.reduce((sum, x) => sum + abs(x), 0);
          expect(abs(v[Math.round(t / dt) - 1] - expected), `${t} ms, ${JSON.stringify(taus)}`).toBeLessThanOrEqual(1e-11 * size);
        }
      }
    },
  );

  it('fires at intervals of t_ref + tau_m ln(R I / (R I - (v_th - e_leak))), to the step', async () => {
    for (const i_in of [380, 500, 1000, 3000]) {
      const network = new Network({ dt: 0.1, duration: 200 });
      const cell = network.population('cell', cellCase.model({ i_in }), 1);
      network.recordSpikes(cell);
      const simulation = await simulate(network, { precision: 'f64' });
      await simulation.run();
      const { steps } = simulation.recordings.spikes(cell);
      const drive = (i_in * 10) / 250;
      const interval = 20 + ceil(100 * log(drive / (drive - 15)));
      expect([...steps.slice(1)].map((k, n) => k - steps[n])).toEqual(new Array(steps.length - 1).fill(interval));
      expect(steps.length).toBe(1 + Math.floor((2000 - (interval - 20)) / interval));
    }
  });

  it('stays below threshold with a current that only reaches it', async () => {
    const network = new Network({ dt: 0.1, duration: 1000 });
    const cell = network.population('cell', cellCase.model({ i_in: 375 * (1 - 1e-9) }), 1);
    network.recordSpikes(cell);
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run();
    expect(simulation.recordings.spikes(cell).times).toHaveLength(0);
    expect(abs(simulation.get(cell, 'v')[0] + 55)).toBeLessThan(1e-7);
  });

  it('refuses receptors whose currents depend on the voltage, unless it is integrated otherwise', async () => {
    const network = (model: Parameters<Network['population']>[1]): Network => {
      const n = new Network();
      n.population('cell', model, 1);
      return n;
    };
    await expect(simulate(network(cellCase.model({ receptors: { ampa: ampa() } })))).rejects.toThrow(/'exact' needs dv\/dt to be linear/);
    await expect(simulate(network(cellCase.model({ receptors: { ampa: ampa() }, integrator: 'exponential-euler' })))).resolves.toBeDefined();
  });

  it('names what spikes add to where another name is given', async () => {
    const network = new Network();
    const cell = network.population('cell', cellCase.model(), 1);
    const wrong = response === 'alpha' ? 'i_syn_ex' : 'g_ex';
    network.connect(network.population('train', presetTrain(), 1), cell, staticSynapse({ target: wrong }));
    await expect(simulate(network)).rejects.toThrow(
      `'${wrong}', which synapse 'staticSynapse' adds to, is neither a port nor a variable of model '${cellCase.name}'`,
    );
  });

  it('is held for t_ref after a spike: a jump that arrives meanwhile is lost, a current goes on', async () => {
    const network = new Network({ dt: 0.1, duration: 20 });
    const cell = network.population('cell', cellCase.model({ v: -54 }), 1);
    const train = network.population('train', presetTrain({ times: [1] }), 1);
    network.connect(train, cell, staticSynapse({ target: targets[0], w: 40, delay: 0 }));
    network.record(cell, 'v').recordSpikes(cell);
    const simulation = await simulate(network, { precision: 'f64' });
    await simulation.run();
    expect([...simulation.recordings.spikes(cell).steps]).toEqual([0]);
    const response = (s: number): number => 40 * RESPONSES[cellCase.response](s, { tau_m: 10, c_m: 250, tau_syn_ex: 2, tau_syn_in: 2 }, 2);
    const { times, values: v } = simulation.recordings.trace(cell, 'v');
    const released = 2.1;
    times.forEach((t, i) => {
      // What it would be, without what the current did before the voltage was let go.
      const expected = cellCase.response === 'delta' || i <= 20 ? 0 : response(t - 1) - exp(-(t - released) / 10) * response(released - 1);
      expect(abs(v[i] + 70 - expected), `${t} ms`).toBeLessThan(1e-12);
    });
    expect(v[20]).toBe(-70);
  });
});
