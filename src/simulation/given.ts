import { isObject, wrongKind } from '../core/checks.ts';
import type { NetworkDef } from '../network/definition.ts';
import { Network, type Projection } from '../network/network.ts';

/** The definition of a network, with every check of `Network`. @throws SpikeloomError */
export function definitionOf(network: Network | NetworkDef): NetworkDef {
  // Not by its class: a network may come from another copy of the package.
  if (isObject(network) && typeof network.connect === 'function') return network.def as NetworkDef;
  return Network.from(network as NetworkDef).def;
}

/** The name of a projection that is given by what `connect` returned, or by its name. */
export function projectionName(projection: Projection<never> | string): string {
  const name: unknown = isObject(projection) ? projection.name : projection;
  if (typeof name === 'string') return name;
  throw wrongKind('the projection', projection, 'Give what connect returned, or its name.');
}
