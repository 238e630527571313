import { element, setText } from './dom.ts';
import { speedText } from './format.ts';

/** Places of the slider; the last one means without limit. */
const PLACES = 41;
/** Where it stands at first: 100 model ms a real second, a tenth of real time. */
const FIRST = 20;

/** Model ms per real s: 1 to 10 000 in equal factors, then none. */
function speedAt(place: number): number {
  return place >= PLACES ? Number.POSITIVE_INFINITY : 10 ** (place / 10);
}

export interface Actions {
  run(): void;
  pause(): void;
  step(): void;
  restart(): void;
  /** @param speed model ms per real s */
  limit(speed: number): void;
}

/** The bar with which a simulation is driven: by pointer, or by keys where nothing else takes them. */
export class Controls {
  readonly element: HTMLElement;
  readonly #actions: Actions;
  readonly #toggle = element('button', { type: 'button', className: 'primary', id: 'run' });
  readonly #step = element('button', { type: 'button', id: 'step', title: 'One step of integration (.)' }, 'Step');
  readonly #restart = element('button', { type: 'button', id: 'restart', title: 'Back to the start (R)' }, 'Restart');
  readonly #slider = element('input', { type: 'range', id: 'speed', min: '0', max: String(PLACES), step: '1', value: String(FIRST) });
  readonly #speed = element('span', { className: 'speed' });
  #isRunning = false;

  constructor(actions: Actions) {
    this.#actions = actions;
    this.#toggle.addEventListener('click', () => this.#flip());
    this.#step.addEventListener('click', () => actions.step());
    this.#restart.addEventListener('click', () => actions.restart());
    this.#slider.addEventListener('input', () => this.#limit());
    document.addEventListener('keydown', (event) => this.#onKey(event));
    const label = element(
      'label',
      { className: 'slider', title: 'Model time per real time, at most' },
      element('span', {}, 'Speed'),
      this.#slider,
      this.#speed,
    );
    this.element = element('div', { className: 'controls', role: 'group', ariaLabel: 'simulation' }, this.#toggle, this.#step, this.#restart, label);
    this.show(false);
    this.#tellSpeed();
  }

  /** Model ms per real s. */
  get limit(): number {
    return speedAt(this.#slider.valueAsNumber);
  }

  /** @param isRunning whether time goes on */
  show(isRunning: boolean): void {
    this.#isRunning = isRunning;
    setText(this.#toggle, isRunning ? 'Pause' : 'Run');
    this.#toggle.title = `${isRunning ? 'Pause' : 'Run'} (space)`;
    this.#step.disabled = isRunning;
  }

  /** Whether it can go on from here. */
  set canRun(can: boolean) {
    this.#toggle.disabled = !can;
    this.#step.disabled = !can || this.#isRunning;
  }

  #flip(): void {
    if (this.#isRunning) this.#actions.pause();
    else this.#actions.run();
  }

  #limit(): void {
    this.#tellSpeed();
    this.#actions.limit(this.limit);
  }

  #tellSpeed(): void {
    const text = Number.isFinite(this.limit) ? speedText(this.limit) : 'no limit';
    setText(this.#speed, text);
    this.#slider.setAttribute('aria-valuetext', text);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLElement && event.target.closest('input, select, textarea, button, summary, a')) return;
    const button = { ' ': this.#toggle, '.': this.#step, r: this.#restart }[event.key.toLowerCase()];
    if (!button) return;
    event.preventDefault();
    button.click();
  }
}
