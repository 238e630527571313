import { composeModel } from '../../src/model/compose.ts';
import type { Simulation } from '../../src/simulation/simulation.ts';

type Numbers = Float32Array | Float64Array | Uint32Array;

/** Everything that can be seen of a simulation from outside: state, named expressions, ports, recordings. */
export function observe(simulation: Simulation): Map<string, Numbers> {
  return new Map([...state(simulation), ...recordings(simulation)]);
}

/** Values of all quantities, named expressions and ports of all populations. */
export function state(simulation: Simulation): Map<string, Numbers> {
  const seen = new Map<string, Numbers>([['time', Float64Array.of(simulation.time, simulation.step)]]);
  for (const { name: population, model } of simulation.network.populations) {
    const flat = composeModel(model);
    const quantities = [...flat.quantities.values()].flatMap((q) => (q.role === 'list' ? [] : [q.name]));
    for (const name of [...quantities, ...flat.definitions.keys(), ...flat.inputs.keys()]) {
      seen.set(`${population}.${name}`, simulation.read({ population, cells: { kind: 'all' } }, name));
    }
  }
  return seen;
}

function recordings({ recordings: recorded }: Simulation): Map<string, Numbers> {
  const seen = new Map<string, Numbers>();
  recorded.recorders.forEach(({ kind }, i) => {
    const { steps, values } = recorded.chunk(i);
    seen.set(`recorder ${i} ${kind} steps`, steps.slice()).set(`recorder ${i} ${kind} values`, values.slice());
  });
  return seen;
}

/** The first difference in bits between two observations, or undefined. */
export function difference(a: ReadonlyMap<string, Numbers>, b: ReadonlyMap<string, Numbers>): string | undefined {
  const names = [...a.keys()].join();
  if (names !== [...b.keys()].join()) return `not the same names: ${names} and ${[...b.keys()].join()}`;
  for (const [name, values] of a) {
    const other = b.get(name);
    if (!other || other.length !== values.length) return `${name}: ${values.length} values and ${other?.length}`;
    const i = values.findIndex((x, k) => !Object.is(x, other[k]) && !(Number.isNaN(x) && Number.isNaN(other[k])));
    if (i >= 0) return `${name}[${i}]: ${values[i]} and ${other[i]}`;
  }
  return undefined;
}
