import { composeModel } from '../../model/compose.ts';
import type { FlatModel } from '../../model/flat.ts';
import type { NetworkDef, PopulationDef, RecorderDef, ViewDef } from '../../network/definition.ts';
import { populationModel } from '../../network/populationModel.ts';

/** What is shown where a cell's spikes are, not a value that it has. */
export const SPIKES = 'spikes';

/** Between two samples of a mean: at most so many ms, and so many steps. */
const SAMPLE = 0.25;
const STEPS = 5;

/** A quantity that a page can show. */
export interface Shown {
  readonly name: string;
  /** Empty where it has none. */
  readonly unit: string;
}

export interface Parameter extends Shown {
  readonly meaning: string;
}

/** What has parameters for each cell: a population, or a stimulus. */
export interface ValuedCells {
  readonly name: string;
  readonly model: string;
  readonly size: number;
  readonly view: ViewDef;
  readonly parameters: readonly Parameter[];
}

/** A population as the page shows it. */
export interface ShownPopulation extends ValuedCells {
  readonly rows: number;
  readonly columns: number;
  /** What can be shown of each cell: variables, ports and named expressions, spikes. */
  readonly quantities: readonly Shown[];
  /** What is shown at first: of neurons the voltage, else the first variable; of trains their spikes. */
  readonly first: Shown;
  /** Index of the recorder of its spikes. */
  readonly spikes: number;
  /** Index of the recorder of the mean of `first`, where that is a value. */
  readonly mean: number | undefined;
}

/** A network with the recorders that the page needs in the place of its own, which would only fill its memory. */
export function chooseShown(def: NetworkDef): {
  readonly network: NetworkDef;
  readonly populations: readonly ShownPopulation[];
  readonly stimuli: readonly ValuedCells[];
} {
  const recorders: RecorderDef[] = [];
  const every = Math.max(1, Math.min(STEPS, Math.round(SAMPLE / def.dt)));
  const populations = def.populations
    .filter((p) => !p.onto)
    .map((population): ShownPopulation => {
      const { name, rows, columns } = population;
      const model = composeModel(population.model);
      const view: ViewDef = { population: name, cells: { kind: 'all' } };
      const quantities = quantitiesOf(model);
      const voltage = model.kind === 'neuron' ? quantities.find((q) => q.name === 'v') : undefined;
      const first = voltage ?? quantities[0];
      const spikes = recorders.push({ kind: 'spikes', view }) - 1;
      const mean = first.name === SPIKES ? undefined : recorders.push({ kind: 'mean', view, quantity: first.name, every }) - 1;
      const parameters = parametersOf(model);
      return { name, model: model.name, rows, columns, size: rows * columns, view, quantities, first, parameters, spikes, mean };
    });
  const all = new Map(def.populations.map((p) => [p.name, p]));
  const stimuli = def.populations.flatMap((p): ValuedCells[] => {
    if (!p.onto) return [];
    const model = populationModel(p, all);
    return [
      {
        name: p.name,
        model: model.name,
        size: p.rows * p.columns,
        view: { population: p.name, cells: p.onto.cells },
        parameters: parametersOf(model),
      },
    ];
  });
  return { network: { ...def, recorders }, populations, stimuli };
}

function quantitiesOf({ quantities, definitions, inputs, kind }: FlatModel): Shown[] {
  const variables = [...quantities.values()].filter(({ role }) => role === 'variable');
  const spikes = { name: SPIKES, unit: '' };
  // What a train has as its voltage only says how its spikes look to others.
  if (kind === 'spikeTrain') return [spikes, ...variables.map(shown)];
  const derived = [...inputs, ...definitions].map(([name, { unit }]) => shown({ name, unit }));
  return [...variables.map(shown), spikes, ...derived];
}

function parametersOf({ quantities }: FlatModel): Parameter[] {
  return [...quantities.values()].filter(({ role }) => role === 'parameter').map((q) => ({ ...shown(q), meaning: q.meaning }));
}

function shown({ name, unit }: { readonly name: string; readonly unit: { readonly text: string } }): Shown {
  return { name, unit: unit.text === '1' ? '' : unit.text };
}

/** Whether cells lie in rows, so that a map shows where they are. */
export function isLattice({ rows }: Pick<PopulationDef, 'rows'>): boolean {
  return rows > 1;
}
