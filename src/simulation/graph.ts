import { buildEdges } from '../compile/edges.ts';
import { selectCells } from '../compile/selection.ts';
import { withTarget } from '../compile/synapseTarget.ts';
import { requireOptions } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { requireNamed } from '../core/keys.ts';
import { seedWords } from '../core/rng.ts';
import { fromCoherent, parseUnit } from '../core/unit.ts';
import type { ModelDef } from '../model/definition.ts';
import type { End } from '../network/connect/rule.ts';
import type { NetworkDef, ViewDef } from '../network/definition.ts';
import { Graph } from '../network/graph/graph.ts';
import type { Network, Projection } from '../network/network.ts';
import { populationModel } from '../network/populationModel.ts';
import { definitionOf, projectionName } from './given.ts';
import type { Loaded } from './loaded.ts';
import { readSynapses } from './synapseValues.ts';

/** Which quantity is taken for the weight; `w` unless given. */
export interface GraphOptions<S extends string = string> {
  readonly quantity?: S;
}

/**
 * A projection of a network that is not compiled, as a graph: the synapses that `simulate` would make, with the values that they
 * would start with. Nothing else of the network is built.
 *
 * @throws SpikeloomError with what is wrong with the network or the rule of the projection
 */
export function graphOf<S extends string>(network: Network | NetworkDef, projection: Projection<S> | string, options: GraphOptions<S> = {}): Graph {
  requireOptions('graph', options, ['quantity']);
  const def = definitionOf(network);
  const name = projectionName(projection);
  const found = requireNamed('projection', name, new Map(def.projections.map((p) => [p.name, p])));
  const populations = new Map(def.populations.map((p) => [p.name, p]));
  const end = ({ population: of, cells }: ViewDef): End => {
    const population = requireNamed('population', of, populations);
    return { cells: selectCells(cells, population), population };
  };
  const [source, target] = [end(found.source), end(found.target)];
  const post = populationModel(requireNamed('population', found.target.population, populations), populations);
  const synapse = withTarget(found.synapse, post, ['network', `projection '${name}'`]);
  const quantity = weightOf(synapse, name, options.quantity);
  const edges = buildEdges({ ...found, synapse }, source, target, { seed: seedWords(def.seed) });
  const unit = parseUnit(synapse.quantities[quantity].unit ?? '1');
  const values = edges.valuesOf(quantity);
  const of = { projection: name, quantity, unit: unit.text, source: source.population, target: target.population };
  const weights = Float64Array.from(edges.sources, (_, i) => fromCoherent(typeof values === 'number' ? values : values[i], unit));
  return new Graph(of, { sources: edges.sources, targets: edges.targets }, weights);
}

/** A projection as it is now. */
export function readGraph(loaded: Loaded, projection: string, wanted: string | undefined): Graph {
  const plan = loaded.projection(projection);
  const quantity = weightOf(plan.def.synapse, projection, wanted);
  const [source, target] = [plan.def.source, plan.def.target].map(({ population }) => loaded.population(population).def);
  const unit = parseUnit(plan.def.synapse.quantities[quantity]?.unit ?? '1').text;
  const values = readSynapses(loaded, projection, quantity);
  const { sources, targets } = plan.ends();
  return new Graph({ projection, quantity, unit, source, target }, { sources: sources.slice(), targets: targets.slice() }, values);
}

/** The quantity that is the weight. */
function weightOf({ name, quantities }: ModelDef, projection: string, wanted = 'w'): string {
  if (Object.hasOwn(quantities, wanted)) return wanted;
  throw new SpikeloomError({
    code: 'unknown-name',
    message: `'${wanted}' is not a quantity of synapse '${name}'`,
    path: ['network', `projection '${projection}'`, 'graph'],
    hint: `Say which one is the weight: graph(projection, { quantity }). Known here: ${Object.keys(quantities).join(', ') || 'none'}.`,
  });
}
