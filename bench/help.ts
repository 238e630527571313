export const HELP = `npm run bench -- lattice [--n N] [--repeat R] [--backend js|wasm] [--precision f32|f64] [--json]

  lattice   N (4096) Izhikevich neurons in a square, all-to-all by gap junctions with a weight matrix: ns a synapse and step;
            and 100 000 uncoupled Izhikevich neurons: ns a neuron and step. Medians of R (7) runs, after warm-up.

npm run bench -- recording [--n N] [--seconds S] [--format csv|npz|h5] [--json]

  recording N (10000) Izhikevich neurons, all spikes and 100 traces to disk for S (600) s of model time: MB/s, memory, and whether
            NumPy or h5py find the right numbers.

npm run bench -- plasticity [--seconds S] [--repeat R] [--json]

  plasticity 20 x 20 neurons, all-to-all with delays, STDP at every synapse, for S (10) s of model time; the same with frozen
            weights, and without synapses: ns a synaptic event, ratio. Medians of R (3) runs in turns, after warm-up.

npm run bench -- inputs [--precision f32|f64] [--repeat R] [--json]

  inputs    Poisson events for each of 100 000 cells: ns a draw, for several means. Medians of R (7) runs, after warm-up.

npm run bench -- page [--seconds S] [--json]

  page      the live page of 50 x 50 Izhikevich neurons, neighbours joined by gap junctions, at full speed on one engine thread
            in headless Chromium: ms between two frames, over S (10) seconds.

npm run bench -- cuba|coba|cobahh|brunel|izh|stdp|pd14 [--n N] [--seconds S] [--variant peer|reference] [--threads T]
                 [--seed SEED] [--precision f32|f64] [--backend js|wasm] [--repeat R] [--json]

  A standard network of bench/networks for S (1) s of model time, in R (3) processes one after the other; spikes are counted,
  nothing is recorded. compile_s is from model text to the first step without making synapses, which is build_s. Rates differ
  from seed to seed, most in stdp, where all cells share their inputs: 35 to 48 Hz over a second.

npm run bench -- --statistics [NAME ...] [--n N] [--seeds S] [--threads T] [--precision f32|f64] [--json]

  Rates, CV of intervals, Fano factor and correlation of the reference variants of cuba, coba, cobahh, brunel and pd14, means over
  S (3) seeds, against the bands of NEST in bench/networks/reference.json; with pd14 --n 77169 those of the rates at full scale.
  Code 1 where one lies outside.

npm run bench -- --peers [NAME ...] [--n N] [--seconds S] [--repeat R] [--json]

  cuba, coba, cobahh, brunel, izh and stdp in turn with Brian 2 (C++ standalone, one thread), R (3) times in f32 and in f64.
  Needs Debian's python3-brian and g++.

npm run bench -- --scaling [NAME ...] [--n N] [--threads T] [--seconds S] [--precision f32|f64] [--repeat R] [--json]

  Standard networks on one thread, on T (2) and on as many as auto takes, in turn, R (7) times.

All but lattice, recording, plasticity, inputs and page may also be run by hand: spikeloom run bench/networks/cuba.ts. Needs built files: npm run build.
`;

/** Something asked for that the bench does not have: told with the help, code 2. */
export class UsageError extends Error {}
