import type { AnyModel } from '../model/define.ts';
import type { ModelDef } from '../model/definition.ts';
import * as models from '../models/index.ts';

/** The models of the library, by the names that they are exported under. */
export const LIBRARY: ReadonlyMap<string, AnyModel> = new Map(
  Object.entries(models).flatMap(([name, value]): [string, AnyModel][] => {
    if (!('def' in value)) return [];
    const def: ModelDef = value.def;
    return [[name, { kind: def.kind, def }]];
  }),
);

/** Published types of a model of the library, by the names that they have in texts. */
export const TYPES: ReadonlyMap<string, AnyModel> = new Map(
  Object.entries(models.izhikevichTypes).map(([type, values]) => [`izhikevich.${type}`, models.izhikevich(values)]),
);
