import type { NetworkDef } from '../../network/definition.ts';
import { resets } from '../../simulation/journal.ts';
import { connectTo, type RemoteSimulation } from '../remote.ts';
import type { Watch } from '../watch.ts';
import { startWorker } from '../worker.ts';
import { chooseShown } from './choice.ts';
import { Controls } from './controls.ts';
import { element, setText } from './dom.ts';
import { populationForm, projectionForm } from './parameters.ts';
import { facts, NetworkView } from './view.ts';

/**
 * Shows a network that runs in a worker. Columns come at the page's frame rate, spikes and means as they are recorded; the page
 * only ever asks, and draws what has come.
 *
 * @throws SpikeloomError where the network is refused
 */
export async function showNetwork(title: string, def: NetworkDef, root: HTMLElement): Promise<void> {
  const { network, populations, stimuli } = chooseShown(def);
  const view = new NetworkView(populations, network.dt);
  const simulation = await connectTo(await startWorker(), network, {
    keepRecorded: 1,
    sink: { open: () => {}, write: (index, { steps, values }) => view.take(index, steps, values) },
    onJournal: (entry) => {
      if (resets(entry, 'recordings')) view.clear();
    },
  });
  const app = new App(simulation, view);
  const forms = [
    ...[...populations, ...stimuli].map((p) => populationForm(simulation, p)),
    ...network.projections.map((p) => projectionForm(simulation, p)),
  ];
  root.replaceChildren(
    element(
      'header',
      {},
      element('div', { className: 'title' }, element('h1', {}, title), element('p', {}, facts(simulation))),
      app.controls.element,
      view.readouts,
    ),
    app.fault,
    ...simulation.warnings.map((warning) => element('p', { className: 'notice' }, String(warning))),
    view.element,
    element('section', { className: 'parameters', ariaLabel: 'parameters' }, element('h2', {}, 'Parameters'), ...forms),
  );
  await app.start();
}

/** The one that knows whether time goes on. */
class App {
  readonly controls: Controls;
  readonly fault = element('pre', { className: 'fault-text', role: 'alert', hidden: true });
  readonly #simulation: RemoteSimulation;
  readonly #view: NetworkView;
  #watch: Watch | undefined;
  #run: AbortController | undefined;

  constructor(simulation: RemoteSimulation, view: NetworkView) {
    this.#simulation = simulation;
    this.#view = view;
    view.onChoice = () => this.#look();
    this.controls = new Controls({
      run: () => void this.#go(),
      pause: () => this.#run?.abort(),
      step: () => void this.#try(() => simulation.advance()),
      restart: () => void this.#restart(),
      limit: (speed) => void this.#try(() => simulation.limitSpeed(speed)),
    });
  }

  /** Runs at once, unless its reader would rather see nothing move. */
  async start(): Promise<void> {
    await this.#simulation.limitSpeed(this.controls.limit);
    this.#look();
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) void this.#go();
  }

  /** Asks for what the maps show now. */
  #look(): void {
    this.#watch?.stop();
    const watched = this.#view.maps.flatMap(({ population, quantity }) => (quantity === undefined ? [] : [{ view: population.view, quantity }]));
    const watch = this.#simulation.watch(watched, ({ columns }) =>
      this.#view.draw(this.#simulation, columns, performance.now(), this.#run !== undefined),
    );
    this.#watch = watch;
    watch.done.catch((error: unknown) => {
      if (this.#watch === watch) this.#tell(error);
    });
  }

  async #go(): Promise<void> {
    if (this.#run) return;
    const run = new AbortController();
    this.#run = run;
    this.controls.show(true);
    await this.#try(() => this.#simulation.run(Number.POSITIVE_INFINITY, { signal: run.signal }));
    this.#run = undefined;
    this.controls.show(false);
  }

  async #restart(): Promise<void> {
    this.fault.hidden = true;
    this.controls.canRun = true;
    await this.#try(() => this.#simulation.reset());
  }

  async #try(body: () => Promise<unknown>): Promise<void> {
    try {
      await body();
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    this.fault.hidden = false;
    setText(this.fault, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    this.controls.canRun = false;
  }
}
