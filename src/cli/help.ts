/** What stands below the options of each command: what a FILE is, examples, what it answers. */

const FILE = `
FILE is one of
  network.ts, .js       a module that exports a network, or a function that makes one
  network.yaml, .json   a text that describes one
  out/manifest.json     the manifest of a run: that run again, bit for bit`;

const CHANGES = `
--set population.quantity=VALUE or projection.quantity=VALUE; VALUE is a number, an expression (as in View.set) or a list of numbers:
  --set exc.a=0.03   --set exc.i_in='10[mV]'   --set 'exc->inh.w=uniform(0, 1)'   --set 'train.times=[5, 10]'
--record WHAT, beside what the network records itself; @N takes one sample in N steps:
  exc.v  exc.v:mean  exc.v:mean@10  exc:spikes  exc:counts  'exc->inh.w@100'`;

export const MAIN = `
Examples:
  spikeloom run network.ts                        run, print a summary
  spikeloom run network.yaml --out results        and write results and pictures there
  spikeloom run results/manifest.json             repeat that run, bit for bit
  spikeloom check network.ts                      find mistakes without running
  spikeloom models                                the models of the library
  spikeloom import model.nb                       models of the .nb language as text
  spikeloom help run                              all about one command

Exit codes: 0 done, 1 the network, its run or a file is at fault, 2 wrong usage, 3 stopped by a limit (--max-wall, --max-rate,
--max-memory), 130 interrupted, 143 terminated; what was recorded is kept.`;

export const RUN = `${FILE}
${CHANGES}

A module may also export 'drive(simulation)'. It is called before the run, and does things to the network while that runs:
  export function drive(simulation) {
    simulation.every(10, async () => {
      const [v] = simulation.get(cells, 'v');
      await simulation.set(cells, { i_in: v < -60 ? 10 : 0 });
    });
  }
What it sets is in the manifest, which repeats it without the code.

With --json, standard output is one JSON object a line, each with its "event": start (file, backend, precision, seed, dt, time, duration,
cells, synapses, memory), warning (message), progress (time, fraction, speed, remaining), error (code, message, problems), end (end, reason,
steps, time, elapsed, populations, out, results, state, repeated). Model times, elapsed and remaining are in ms; end is done, aborted,
stopped, diverged or failed.

Examples:
  spikeloom run network.ts --out results --duration 2s --seed 7
  spikeloom run network.ts --out results --format npz,h5 --record exc.v:mean@10
  spikeloom run network.ts --set exc.a=0.03 --set 'exc->inh.w=0.5' --json
  spikeloom run network.ts --save-state a.state && spikeloom run network.ts --from-state a.state
  spikeloom run network.ts --max-wall 10min --max-rate 200 --max-memory 2GB

Exit codes: 0 done, 1 the network, its run or a file is at fault, 2 wrong usage, 3 stopped by a limit, 130 interrupted (Ctrl-C),
143 terminated. Whatever ends a run, what was recorded is kept and the manifest says how it ended.`;

export const CHECK = `${FILE}
${CHANGES}

Examples:
  spikeloom check network.yaml
  spikeloom check network.ts --set exc.a=0.03 --precision f64 --json

Exit codes: 0 no mistakes (there may be warnings), 1 mistakes: all of them are printed, 2 wrong usage.`;

export const MODELS = `
Examples:
  spikeloom models                                    list them
  spikeloom models izhikevich                         equations, quantities, citation, picture
  spikeloom models izhikevich.chattering              a published type of it
  spikeloom models izhikevich --picture answer.svg    how it answers a current
  spikeloom models izhikevich --yaml > own.yaml       to start a model of one's own from`;

export const IMPORT = `
FILE holds blocks of the .nb language: neurons, ion channels, transmitter and receptor kinetics, receptors, spike trains, refractoriness.
They become models of this language under 'models:' of a network to which populations are added; or, in a folder, a file each.

Examples:
  spikeloom import model.nb                         print them
  spikeloom import model.nb --out network.yaml      write them into a network to be completed
  spikeloom import model.nb --out models            write a file for each of them

Exit codes: 0 done, 1 mistakes in the file: all of them are printed with their places, 2 wrong usage.`;

export const EMIT = `${FILE}

Stages: model (the network as text that runs again), ir (the program: kernels and the plan of memory), wat (WebAssembly as text).

Examples:
  spikeloom emit network.ts --stage model > network.yaml
  spikeloom emit network.ts --stage wat --precision f64 --out network.wat`;

export const PLOT = `
RESULT is the folder of a run, or a file of results in it (.npz, .h5).

Examples:
  spikeloom plot results                            pictures beside the results
  spikeloom plot results --only raster --png --theme dark --out pictures`;

export const SALVAGE = `
FOLDER is that of a run that was killed, or whose disk was full: what it recorded until then lies there, named as partial.

Examples:
  spikeloom salvage results                         spikes.csv, traces.csv and so on
  spikeloom salvage results --format npz,h5`;

export const PAGE = `${FILE}

Examples:
  spikeloom page network.ts                         opens a local page on which it runs
  spikeloom page network.ts --out network.html      writes that page, to be opened or sent`;
