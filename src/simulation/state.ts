import { advancedNow } from '../compile/now.ts';
import type { PopulationPlan } from '../compile/plan.ts';
import type { ProjectionPlan, Room } from '../compile/projection.ts';
import { SpikeloomError } from '../core/error.ts';
import { type CalendarMemory, calendarSlices, hasRoom, isCrowded, spikesOnTheirWay } from '../ir/calendar.ts';
import type { ColumnArray } from '../ir/program.ts';
import { isSchedule } from '../model/flat.ts';
import type { Loaded } from './loaded.ts';
import { type Spreads, spreadDef } from './spread.ts';

/** What is kept of cells besides their quantities, where a network needs it. */
const FLAGS = ['is rising', 'last spike', 'refractory end', 'spiked'];

/** Live columns of a population, by name: flags, ports as they were summed last, and past values. Its quantities are not among them. */
export function cellColumns(loaded: Loaded, plan: PopulationPlan): Map<string, ColumnArray> {
  const found = new Map<string, ColumnArray>();
  for (const name of [...FLAGS, ...plan.model.inputs.keys()]) {
    const column = loaded.column(plan.columnName(name));
    if (column) found.set(name, column.values);
  }
  for (const [name, { ring, begun }] of plan.delayLines) found.set(`${name} ring`, loaded.values(ring)).set(`${name} begun`, loaded.values(begun));
  return found;
}

/**
 * The values of a quantity of the synapses now, in coherent units, sorted by target, source and occurrence; one where it is one
 * for all.
 */
export function synapseColumn(loaded: Loaded, plan: ProjectionPlan, name: string): ColumnArray {
  const quantity = requireSynapseQuantity(plan, name);
  if (!plan.courses?.variables.has(name)) return storedSynapseColumn(loaded, plan, name);
  const now = advancedNow(plan.courses, loaded.memory).get(name);
  return sorted(now ?? new Float64Array(0), plan, quantity.position);
}

/** What lies in memory of a quantity, in the same order: a decaying variable as it was when its synapse was touched last. */
export function storedSynapseColumn(loaded: Loaded, plan: ProjectionPlan, name: string): ColumnArray {
  const quantity = requireSynapseQuantity(plan, name);
  const values = loaded.values(quantity.column);
  return quantity.per === 'projection' ? values.slice(0, 1) : sorted(values, plan, quantity.position);
}

function sorted(values: ColumnArray, { synapses }: ProjectionPlan, position: ((i: number) => number) | undefined): ColumnArray {
  const result = values.slice(0, synapses);
  if (position) for (let i = 0; i < synapses; i++) result[i] = values[position(i)];
  return result;
}

/** Stores values in that order, or one for all, in memory. */
export function storeSynapseColumn(loaded: Loaded, plan: ProjectionPlan, name: string, values: ArrayLike<number>): void {
  placeSynapseValues(loaded.values(requireSynapseQuantity(plan, name).column), plan, name, values);
}

/** Puts values in that order, or one for all, into what is or may become the column of a quantity. */
export function placeSynapseValues(target: ColumnArray, plan: ProjectionPlan, name: string, values: ArrayLike<number>): void {
  const { per, position } = requireSynapseQuantity(plan, name);
  const count = per === 'projection' ? 1 : plan.synapses;
  for (let i = 0; i < count; i++) target[position ? position(i) : i] = values.length === 1 ? values[0] : values[i];
}

/**
 * Brings the variables of the synapses of a projection that go on between events up to now, so that some of them can be set.
 *
 * @param chosen places in the order of `ends`; all synapses unless given
 */
export function advanceSynapses(loaded: Loaded, plan: ProjectionPlan, chosen?: readonly number[]): void {
  const { courses, quantities } = plan;
  if (!courses) return;
  const position = anyPosition(plan) ?? ((i: number): number => i);
  const places = chosen?.map(position);
  const write = (target: ColumnArray, valueAt: (place: number) => number): void => {
    if (places) for (const place of places) target[place] = valueAt(place);
    else for (let place = 0; place < plan.synapses; place++) target[place] = valueAt(place);
  };
  for (const [name, values] of advancedNow(courses, loaded.memory)) {
    const column = quantities.get(name)?.column;
    if (column !== undefined) write(loaded.values(column), (place) => values[place]);
  }
  write(loaded.values(courses.touched), () => loaded.step);
}

/** What is kept of a projection besides its quantities: names, and what to do with them. */
export interface SynapseState {
  /** When each synapse was touched last, in the order of `ends`. */
  readonly touched?: Uint32Array;
  /** The sources of the spikes on their way, and the steps done when they came, in the order in which they came. */
  readonly sources?: Uint32Array;
  readonly births?: Uint32Array;
  /** What the synapses share, in the order of its names, when it was touched last, and when that was. */
  readonly shared?: Float64Array;
  readonly sharedTouched?: Uint32Array;
}

export function synapseState(loaded: Loaded, plan: ProjectionPlan): SynapseState {
  const calendars = calendarsOf(loaded, plan);
  const flight = plan.calendar && spikesOnTheirWay(calendars);
  const position = anyPosition(plan);
  return {
    ...(plan.courses && { touched: sorted(loaded.values(plan.courses.touched), plan, position) as Uint32Array }),
    ...(plan.sharedTouched !== undefined && {
      shared: Float64Array.from(plan.shared.values(), ({ column }) => loaded.values(column)[0]),
      sharedTouched: Uint32Array.from(loaded.values(plan.sharedTouched)),
    }),
    ...(flight && { sources: Uint32Array.from(flight, (s) => s.source), births: Uint32Array.from(flight, (s) => s.birth) }),
  };
}

/** Puts it into the memory of a network that has done `loaded.step` steps. */
export function putSynapseState(loaded: Loaded, plan: ProjectionPlan, state: SynapseState): void {
  const { touched, sources = new Uint32Array(0), births = sources, shared, sharedTouched } = state;
  if (plan.sharedTouched !== undefined && shared && sharedTouched) {
    [...plan.shared.values()].forEach(({ column }, i) => loaded.values(column).fill(shared[i]));
    loaded.values(plan.sharedTouched).set(sharedTouched);
  }
  const position = anyPosition(plan) ?? ((i: number): number => i);
  if (plan.courses && touched) {
    const target = loaded.values(plan.courses.touched);
    for (let i = 0; i < plan.synapses; i++) target[position(i)] = touched[i];
  }
  const spikes = Array.from(sources, (source, i) => ({ source, birth: births[i] }));
  for (const calendar of calendarsOf(loaded, plan)) calendar.restore(spikes, loaded.step);
}

/** No spike is on its way any more. */
export function forgetSpikes(loaded: Loaded, plan: ProjectionPlan): void {
  for (const calendar of calendarsOf(loaded, plan)) calendar.restore([], loaded.step);
}

function anyPosition({ quantities }: ProjectionPlan): ((i: number) => number) | undefined {
  return [...quantities.values()].find((q) => q.per === 'synapse')?.position;
}

/** One for each slice of the targets; none where spikes never wait. */
function calendarsOf(loaded: Loaded, { calendar }: ProjectionPlan): CalendarMemory[] {
  if (!calendar) return [];
  return calendarSlices(
    calendar,
    loaded.compiled.program.columns.map(({ id }) => loaded.executor.view(id)),
  );
}

/** Spikes on their way that a network has to have room for. */
export function roomFor(loaded: Loaded, spikes: ReadonlyMap<string, number>): Room {
  const room = new Map(loaded.room);
  for (const [name, count] of spikes) {
    const plan = loaded.compiled.projections.get(name);
    if (!plan?.calendar) continue;
    const { capacity, reserve } = plan.calendar.calendar;
    if (!hasRoom(capacity, 0, count, reserve)) room.set(name, count + reserve + 32);
  }
  return room;
}

/** The same network and state in other memory, with twice the room for spikes on their way where there is no more. */
export async function grow(loaded: Loaded): Promise<Loaded> {
  const crowded = [...loaded.compiled.projections.values()].flatMap((plan): [string, number][] => {
    if (!plan.calendar) return [];
    const { capacity, ends } = plan.calendar.calendar;
    return isCrowded(plan.calendar, loaded.executor.view(ends)) ? [[plan.def.name, 2 * capacity]] : [];
  });
  const larger = await loaded.sibling(loaded.compiled.def, { exact: loaded.exact, room: new Map([...loaded.room, ...crowded]) });
  copyState(loaded, larger);
  return larger;
}

/** Puts the place in every list of times where the clock says that it is. */
export function placeCursors(loaded: Loaded): void {
  const { step } = loaded;
  const { data } = loaded.compiled.program;
  for (const plan of loaded.compiled.populations.values()) {
    for (const name of plan.model.quantities.keys()) {
      if (!isSchedule(plan.model, name)) continue;
      const { cursor, steps } = plan.schedule(name);
      const table = data.get(steps) ?? [];
      const starts = data.get(cursor) ?? [];
      const cursors = loaded.values(cursor);
      for (let cell = 0; cell < plan.size; cell++) {
        let at = starts[cell];
        while (table[at] < step) at++;
        cursors[cell] = at;
      }
    }
  }
}

/**
 * Copies state and clock between two loaded forms of one network, which differ in which parameters are one for all.
 *
 * @param options.without a projection that is left as it is
 */
export function copyState(from: Loaded, to: Loaded, options: { readonly without?: string } = {}): void {
  to.step = from.step;
  for (const plan of from.compiled.populations.values()) {
    const other = to.population(plan.def.name);
    for (const [name, { column }] of plan.quantities) put(to.values(other.quantity(name).column), from.values(column));
    const columns = cellColumns(to, other);
    for (const [name, values] of cellColumns(from, plan)) columns.get(name)?.set(values);
  }
  for (const plan of from.compiled.projections.values()) {
    if (plan.def.name === options.without) continue;
    const other = to.projection(plan.def.name);
    for (const name of plan.quantities.keys()) storeSynapseColumn(to, other, name, storedSynapseColumn(from, plan, name));
    putSynapseState(to, other, synapseState(from, plan));
  }
  from.compiled.recorders.forEach((plan, i) => {
    const other = to.compiled.recorders[i];
    if (plan.kind === 'counts' && other.kind === 'counts') to.values(other.counts).set(from.values(plan.counts));
  });
  from.counters.forEach(({ column }, i) => {
    to.values(to.counters[i].column).set(from.values(column));
  });
  placeCursors(to);
  to.executor.derive();
}

/** The same network and state in other memory, with parameters that are one for all as one for each. The one given stays as it is. */
export async function widen(loaded: Loaded, spreads: Spreads): Promise<Loaded> {
  const { def, exact } = spreadDef(loaded.compiled, loaded.exact, spreads);
  const wide = await loaded.sibling(def, { exact });
  copyState(loaded, wide);
  return wide;
}

/** Copies values one by one, or one to all. */
export function put(target: ColumnArray, values: ColumnArray): void {
  if (values.length === target.length) target.set(values);
  else target.fill(values[0]);
}

export function requireSynapseQuantity(plan: ProjectionPlan, name: string): NonNullable<ReturnType<ProjectionPlan['quantities']['get']>> {
  const quantity = plan.quantities.get(name);
  if (quantity) return quantity;
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `'${name}' is not a quantity of synapse '${plan.def.synapse.name}'`,
    path: ['network', `projection '${plan.def.name}'`],
    hint: `Known here: ${[...plan.quantities.keys()].join(', ')}.`,
  });
}
