import { ProblemList, SpikeloomError, suggest, withPath } from '../core/error.ts';
import { parseUnit, printDimension, sameDimension } from '../core/unit.ts';
import type { Expression, Statement } from '../language/ast.ts';
import { type CheckOptions, checkExpression, type Scope, type ValueKind } from '../language/check.ts';
import { parseBlock } from '../language/parser.ts';
import { walkExpression } from '../language/transform.ts';
import type { ModelDef } from '../model/definition.ts';
import type { FlatModel } from '../model/flat.ts';
import { portName } from '../model/port.ts';
import { namesReached } from '../model/reach.ts';

/** One addition of a continuous synapse to a port of its target. */
export interface Contribution {
  readonly port: string;
  readonly value: Expression;
}

export interface Ends {
  readonly synapse: ModelDef;
  readonly pre: FlatModel;
  readonly post: FlatModel;
  readonly path: readonly string[];
}

/**
 * What a continuous synapse adds to its target each step, checked against both ends; `<type>` is expanded into the
 * transmitters that the source releases and the target has receptors for.
 */
export function contributionsOf(ends: Ends): Contribution[] {
  const text = ends.synapse.continuous;
  if (text === undefined) return [];
  if (!text.includes('<type>')) return contributions(text, ends);
  return sharedTypes(ends).flatMap((type) => contributions(text.replaceAll('<type>', type), ends));
}

/** Transmitters that the source releases and the target feels. */
function sharedTypes({ synapse, pre, post, path }: Ends): string[] {
  for (const type of synapse.types ?? []) {
    const missing = !pre.transmitters.includes(type)
      ? `'${pre.name}' does not release it`
      : post.inputs.has(`input.${type}.conc`)
        ? undefined
        : `'${post.name}' has no receptor for it`;
    if (!missing) continue;
    throw new SpikeloomError({
      code: 'unknown-name',
      message: `transmitter '${type}': ${missing}`,
      path,
      hint: `'${pre.name}' releases ${list(pre.transmitters)}; '${post.name}' has receptors for ${list([...post.inputs.keys()].flatMap((n) => (n.startsWith('input.') ? [n.slice(6, -5)] : [])))}.`,
    });
  }
  return pre.transmitters.filter((type) => post.inputs.has(`input.${type}.conc`) && (synapse.types?.includes(type) ?? true));
}

function list(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'none';
}

function contributions(text: string, ends: Ends): Contribution[] {
  const path = [...ends.path, `synapse '${ends.synapse.name}'`, 'continuous'];
  const problems = new ProblemList();
  const block = withPath(path, () => parseBlock(text));
  const options: CheckOptions = { text, path, problems, unitless: ends.post.unitless && ends.pre.unitless, random: 'none' };
  const found = block.flatMap((s) => contribution(s, ends, options));
  problems.throwIfAny();
  return found;
}

function contribution(s: Statement, ends: Ends, options: CheckOptions): Contribution[] {
  const { problems, text, path } = options;
  if (s.kind === 'if') {
    problems.add({
      code: 'invalid-model',
      message: 'a continuous synapse has no if',
      path,
      source: { text, span: s.span },
      hint: 'Use where(condition, a, b) in the added expression.',
    });
    return [];
  }
  refusePorts(s.value, ends, options);
  const kind = checkExpression(s.value, synapseScope(ends), options);
  const port = portName(s.target.slice('post.'.length), ends.post);
  if (port === undefined) {
    problems.add({
      code: 'unknown-name',
      message: `'${s.target}' is not an input port of model '${ends.post.name}'`,
      path,
      source: { text, span: s.targetSpan },
      hint: portHint(s.target, ends.post),
    });
    return [];
  }
  const wanted = ends.post.inputs.get(port)?.unit.dimension;
  if (kind?.kind === 'boolean') {
    problems.add({
      code: 'type-mismatch',
      message: 'a condition can’t be added to a port',
      path,
      source: { text, span: s.value.span },
      hint: 'Use where(condition, a, b).',
    });
  } else if (kind && kind.dimension !== 'any' && wanted && !options.unitless && !sameDimension(kind.dimension, wanted)) {
    problems.add({
      code: 'unit-mismatch',
      message: `this is in ${printDimension(kind.dimension)}, but '${s.target}' of model '${ends.post.name}' is in ${printDimension(wanted)}`,
      path,
      source: { text, span: s.value.span },
      hint: 'Correct the units of the conductance or of the port.',
    });
  }
  const value: Expression = s.operator === '-=' ? { kind: 'unary', operator: '-', operand: s.value, span: s.value.span } : s.value;
  return [{ port, value }];
}

/** What the ports hold is not known before all synapses are summed, so that none of them can read it. */
export function refusePorts(e: Expression, { pre, post }: Ends, { problems, text, path }: CheckOptions): void {
  walkExpression(e, (part) => {
    if (part.kind !== 'name') return;
    const [end, ...rest] = part.name.split('.');
    const port = end === 'pre' ? portRead(pre, rest.join('.')) : end === 'post' ? portRead(post, rest.join('.')) : undefined;
    if (port === undefined) return;
    problems.add({
      code: 'unsupported',
      message: `'${part.name}' depends on the input port '${port}', which is being summed while synapses are evaluated`,
      path,
      source: { text, span: part.span },
      hint: `Read a variable of the cell, such as one that its step block sets from '${port}'.`,
    });
  });
}

/** The port that a name of a model stands for, itself or through named expressions. */
function portRead(model: FlatModel, name: string): string | undefined {
  const definition = model.definitions.get(name);
  const names = definition ? [...namesReached(model, definition.value)] : [name];
  return names.find((n) => model.inputs.has(n));
}

export function portHint(target: string, post: FlatModel): string {
  const ports = [...post.inputs.keys()].map((n) => `post.${n.replace(/^input\./, '')}`);
  return ports.length > 0 ? suggest(target, ports) : `It has none: declare one, inputs: { ${target.slice('post.'.length)}: input('pA', 'meaning') }.`;
}

export function synapseScope({ synapse, pre, post }: Ends): Scope {
  return {
    lookup: (name) => {
      if (name.startsWith('pre.')) return endKind(pre, name.slice(4));
      if (name.startsWith('post.')) return endKind(post, name.slice(5));
      const quantity = Object.hasOwn(synapse.quantities, name) ? synapse.quantities[name] : undefined;
      if (quantity) return { kind: 'number', dimension: parseUnit(quantity.unit ?? '1').dimension };
      return name === 't' || name === 'dt' ? { kind: 'number', dimension: parseUnit('ms').dimension } : undefined;
    },
    names: () => [
      ...Object.keys(synapse.quantities),
      ...[...pre.quantities.keys(), ...pre.definitions.keys()].map((n) => `pre.${n}`),
      ...[...post.quantities.keys(), ...post.definitions.keys()].map((n) => `post.${n}`),
    ],
    functions: new Map(),
  };
}

function endKind(model: FlatModel, name: string): ValueKind | undefined {
  if (name === 'spiked') return { kind: 'boolean' };
  const found = model.quantities.get(name) ?? model.definitions.get(name) ?? model.inputs.get(name);
  if (found) return { kind: 'number', dimension: model.unitless ? 'any' : found.unit.dimension };
  if (name === 'since_spike') return { kind: 'number', dimension: parseUnit('ms').dimension };
  return ['row', 'col', 'index', 'size'].includes(name) ? { kind: 'number', dimension: parseUnit('1').dimension } : undefined;
}
