import { SpikeloomError, suggest } from '../core/error.ts';
import type { ModelDef, Quantity } from '../model/definition.ts';
import type { FlatModel } from '../model/flat.ts';
import { TARGET_UNIT } from '../model/group.ts';
import { portName } from '../model/port.ts';

const BLOCKS = ['equations', 'continuous', 'onPre', 'onPost', 'onReward'] as const;

/** A synapse model with what `<target>` stands for, and its unit, in their places. @throws SpikeloomError where the target has no such thing */
export function withTarget(def: ModelDef, post: FlatModel, path: readonly string[]): ModelDef {
  const quantities = [...Object.values(def.quantities), ...Object.values(def.shared ?? {})];
  const texts = [...BLOCKS.map((key) => def[key] ?? ''), ...Object.values(def.bounds ?? {}).flat()];
  const needs = texts.some((text) => /<target>|\[target\]/.test(text)) || quantities.some(({ unit }) => unit?.match(TARGET_UNIT));
  if (!needs) return def;
  const unit = unitOfTarget(def, post, path);
  const fill = (text: string): string => text.replaceAll('<target>', def.target ?? '').replaceAll('[target]', `[${unit}]`);
  const withUnits = (all: Readonly<Record<string, Quantity>>): Record<string, Quantity> =>
    Object.fromEntries(
      Object.entries(all).map(([name, q]) => [
        name,
        q.unit === undefined ? q : { ...q, unit: q.unit === 'target' ? unit : q.unit.replace(TARGET_UNIT, `(${unit})`) },
      ]),
    );
  return {
    ...def,
    ...Object.fromEntries(BLOCKS.flatMap((key) => (def[key] === undefined ? [] : [[key, fill(def[key])]]))),
    quantities: withUnits(def.quantities),
    ...(def.bounds && {
      bounds: Object.fromEntries(Object.entries(def.bounds).map(([name, [low, high]]) => [name, [fill(low), fill(high)] as const])),
    }),
    ...(def.shared && { shared: withUnits(def.shared) }),
  };
}

function unitOfTarget({ name, target }: ModelDef, post: FlatModel, path: readonly string[]): string {
  const port = target === undefined ? undefined : portName(target, post);
  const variables = [...post.quantities.values()].filter((q) => q.role === 'variable');
  const found = port === undefined ? variables.find((q) => q.name === target) : post.inputs.get(port);
  if (found) return found.unit.text || '1';
  const known = [...post.inputs.keys()].map((n) => n.replace(/^input\./, '')).concat(variables.map((q) => q.name));
  throw new SpikeloomError({
    code: 'unknown-name',
    message:
      target === undefined
        ? `synapse '${name}' adds to a '<target>' that is not named`
        : `'${target}', which synapse '${name}' adds to, is neither a port nor a variable of model '${post.name}'`,
    path,
    hint: target === undefined ? `Name it: ${name}({ target: '${known[0] ?? 'v'}' }). Known here: ${known.join(', ')}.` : suggest(target, known),
  });
}
