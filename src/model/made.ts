import { isObject } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import type { ModelDef, ModelKind } from './definition.ts';

const CALLED: { readonly [K in ModelKind]: string } = {
  neuron: 'a neuron',
  spikeTrain: 'a spike train',
  channel: 'a channel',
  receptor: 'a receptor',
  transmitter: 'a transmitter',
  synapse: 'a synapse',
  stimulus: 'a stimulus',
};

/** Refuses what is no model of one of some kinds, such as the function that makes them. */
export function requireMade(what: string, model: unknown, kinds: readonly ModelKind[], path: readonly string[] = []): void {
  const refused = (message: string, hint: string): SpikeloomError => new SpikeloomError({ code: 'invalid-model', message, path, hint });
  if (typeof model === 'function') {
    throw refused(`${what} is a function that makes models, not a model`, 'Call it, with or without values: izhikevich() or izhikevich({ a: 0.1 }).');
  }
  const makers = kinds.map((kind) => `define${kind[0].toUpperCase()}${kind.slice(1)}`).join(' or ');
  if (!isObject(model) || !isObject(model.def)) throw refused(`${what} is no model`, `Use a model made by ${makers}, or one of the library.`);
  const { kind } = model.def as Pick<ModelDef, 'kind'>;
  if (kinds.includes(kind)) return;
  const wanted = kinds.map((k) => CALLED[k]).join(' or ');
  throw refused(`${what} is ${CALLED[kind] ?? `a ${String(kind)}`}, not ${wanted}`, `Use a model made by ${makers}, or one of the library.`);
}
