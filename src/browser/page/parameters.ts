import type { ProjectionDef } from '../../network/definition.ts';
import type { RemoteSimulation } from '../remote.ts';
import type { Parameter, ValuedCells } from './choice.ts';
import { element, setText } from './dom.ts';
import { count, numberText } from './format.ts';

/** Where the values of some parameters come from and go to. */
interface Place {
  read(name: string): Promise<Float64Array>;
  write(name: string, value: number): Promise<void>;
}

/** The parameters of a population, to be read and set while it runs. */
export function populationForm(simulation: RemoteSimulation, population: ValuedCells): HTMLElement {
  const { name, model, size, view, parameters } = population;
  return form(`${name}`, `${model}, ${count(size, 'cell')}`, parameters, {
    read: (quantity) => simulation.read(view, quantity),
    write: (quantity, value) => simulation.write(view, { [quantity]: value }),
  });
}

/** The quantities of the synapses of a projection. */
export function projectionForm(simulation: RemoteSimulation, { name, synapse }: ProjectionDef): HTMLElement {
  const parameters = Object.entries(synapse.quantities).map(
    ([quantity, { unit, meaning }]): Parameter => ({ name: quantity, unit: unit === '1' ? '' : (unit ?? ''), meaning: meaning ?? '' }),
  );
  return form(name.replace('->', ' → '), synapse.name, parameters, {
    read: (quantity) => simulation.getSynapses(name, quantity),
    write: (quantity, value) => simulation.setSynapses(name, { [quantity]: value }),
  });
}

function form(title: string, subtitle: string, parameters: readonly Parameter[], place: Place): HTMLElement {
  const fields = parameters.map((parameter) => new Field(title, parameter, place));
  const content = fields.length > 0 ? element('div', { className: 'fields' }, ...fields.map((field) => field.element)) : 'It has no parameters.';
  const details = element('details', {}, element('summary', {}, title, element('small', {}, ` ${subtitle}`)), content);
  details.addEventListener('toggle', () => {
    if (details.open) for (const field of fields) void field.refresh();
  });
  return details;
}

/** A number that can be set. */
class Field {
  readonly element: HTMLElement;
  readonly #name: string;
  readonly #place: Place;
  readonly #input: HTMLInputElement;
  readonly #fault = element('span', { className: 'fault', role: 'alert' });

  constructor(where: string, { name, unit, meaning }: Parameter, place: Place) {
    this.#name = name;
    this.#place = place;
    this.#input = element('input', {
      type: 'number',
      step: 'any',
      title: meaning,
      ariaLabel: `${name} of ${where}${unit === '' ? '' : `, in ${unit}`}`,
    });
    this.#input.addEventListener('change', () => void this.#write());
    this.element = element(
      'div',
      { className: 'field' },
      element('span', { title: meaning }, name),
      this.#input,
      element('span', { className: 'unit' }, unit),
      this.#fault,
    );
  }

  /** Shows what it is now. */
  async refresh(): Promise<void> {
    await this.#try(async () => {
      const values = await this.#place.read(this.#name);
      const [low, high] = [least(values), -least(values.map((x) => -x))];
      const one = low === high;
      this.#input.value = one ? String(Number(low.toPrecision(7))) : '';
      this.#input.placeholder = one ? '' : `${numberText(low)} to ${numberText(high)}`;
    });
  }

  async #write(): Promise<void> {
    const value = this.#input.valueAsNumber;
    if (!Number.isNaN(value)) await this.#try(() => this.#place.write(this.#name, value));
    else await this.refresh();
  }

  async #try(body: () => Promise<void>): Promise<void> {
    try {
      await body();
      setText(this.#fault, '');
      this.#input.removeAttribute('aria-invalid');
    } catch (error) {
      setText(this.#fault, error instanceof Error ? error.message : String(error));
      this.#input.setAttribute('aria-invalid', 'true');
    }
  }
}

function least(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
