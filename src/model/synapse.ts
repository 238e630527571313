import { type Problem, type ProblemList, SpikeloomError, suggest, withPath } from '../core/error.ts';
import type { Expression, Statement } from '../language/ast.ts';
import { parseBlock } from '../language/parser.ts';
import { walkAssignments, walkExpression } from '../language/transform.ts';
import type { ModelDef } from './definition.ts';
import type { Group } from './group.ts';

/** The blocks that a synapse carries out for a spike or a reward, by their keys. */
export const EVENT_BLOCKS = ['onPre', 'onPost', 'onReward'] as const;
export type EventBlock = (typeof EVENT_BLOCKS)[number];

/**
 * The quantity that says how long spikes take, or, where a synapse acts on none, how long ago its source was as it sees it; its value is
 * part of how synapses lie in memory.
 */
export const DELAY = 'delay';

/** The name of a reward's size in `onReward`. */
export const REWARD = 'reward';

/** The name by which `onPost` asks whether a spike of the source has arrived in the same step. */
export const ARRIVED = 'arrived';

/** Whether a synapse acts on spikes or rewards. */
export function actsOnEvents(def: ModelDef): boolean {
  return EVENT_BLOCKS.some((key) => def[key] !== undefined);
}

/** What can be said of a synapse model before its two ends are known: that it parses, and what it writes. */
export function checkSynapse(group: Group, problems: ProblemList): void {
  const { def, path } = group;
  if (def.continuous !== undefined) checkContinuous(group, def.continuous, problems);
  for (const key of EVENT_BLOCKS) {
    const text = def[key];
    if (text !== undefined) checkEventBlock(group, key, text, problems);
  }
  checkBounds(group, problems);
  refuseIdleOptions(group, problems);
  if (def.continuous === undefined && !actsOnEvents(def)) {
    problems.add({
      code: 'invalid-model',
      message: `synapse '${def.name}' does nothing`,
      path,
      hint: "Give it a block: onPre: 'post.i_syn += w', or continuous: 'post.i_gap += w * (pre.v - post.v)'.",
    });
  }
  if (!actsOnEvents(def) && def.equations !== undefined) {
    problems.add({
      code: 'invalid-model',
      message: 'a synapse that acts on neither spikes nor rewards has no equations',
      path,
      hint: 'Give it a block onPre, onPost or onReward, or leave that out.',
    });
  }
}

function checkContinuous(group: Group, given: string, problems: ProblemList): void {
  const path = [...group.path, 'continuous'];
  const block = problems.collect(() => withPath(path, () => parsePlaceheld(given)));
  if (!block) return;
  const report = reporter(given, path, problems);
  walkAssignments(block, (s) => {
    if (s.target.startsWith('pre.')) report({ code: 'invalid-model', ...writesPre(s.target) }, s.targetSpan);
    else if (!s.target.startsWith('post.') || !adds(s)) {
      report(
        {
          code: 'invalid-model',
          message: `a continuous synapse adds to ports of 'post'; '${s.target} ${s.operator}' does not`,
          hint: "Write 'post.port += ...'.",
        },
        s.targetSpan,
      );
    }
  });
  // A delay is no value that kernels have at hand.
  for (const e of expressionsIn(block)) {
    walkExpression(e, (part) => {
      if (part.kind !== 'name' || part.name !== DELAY) return;
      report(
        { code: 'unsupported', message: `a continuous block can't read '${DELAY}'`, hint: 'Give the synapse another quantity with that value.' },
        part.span,
      );
    });
  }
  refuseUnknownNames([...group.quantities.keys()], block, report);
}

/** Parses a block although its placeholders do not stand for anything yet; all places are those of the block as it was given. */
function parsePlaceheld(given: string): readonly Statement[] {
  const text = given.replaceAll('<type>', '_type_').replaceAll('<target>', '_target_').replaceAll('[target]', '[1     ]');
  try {
    return parseBlock(text);
  } catch (error) {
    if (!(error instanceof SpikeloomError)) throw error;
    throw new SpikeloomError(error.problems.map((p) => inWordsOfUser(p.source ? { ...p, source: { ...p.source, text: given } } : p)));
  }
}

function inWordsOfUser<P extends Pick<Problem, 'message' | 'hint'>>(problem: P): P {
  const words = (text: string): string => text.replaceAll('_type_', '<type>').replaceAll('_target_', '<target>');
  return { ...problem, message: words(problem.message), ...(problem.hint !== undefined && { hint: words(problem.hint) }) };
}

function checkEventBlock(group: Group, key: EventBlock, given: string, problems: ProblemList): void {
  const path = [...group.path, key];
  const block = problems.collect(() => withPath(path, () => parsePlaceheld(given)));
  if (!block) return;
  const report = reporter(given, path, problems);
  walkAssignments(block, (s) => {
    const fault = faultOf(s, group, key);
    if (fault) report({ code: 'invalid-model', ...fault }, s.targetSpan);
  });
  const names = [...group.quantities.keys(), ...group.definitions.keys()];
  refuseUnknownNames([...names, ...(key === 'onReward' ? [REWARD] : key === 'onPost' ? [ARRIVED] : [])], block, report);
  if (group.def.onPre === undefined && readsArrival(block)) {
    problems.add({
      code: 'invalid-model',
      message: `'${ARRIVED}' says whether a spike has arrived in this step, and the synapse has no block for those`,
      path,
      hint: 'Give it a block onPre, or leave that out.',
    });
  }
}

/** Whether a block asks for arrivals in the same step. */
export function readsArrival(block: readonly Statement[]): boolean {
  let found = false;
  for (const e of expressionsIn(block)) walkExpression(e, (part) => (found ||= part.kind === 'name' && part.name === ARRIVED));
  return found;
}

/** Why a block may not write something. */
function faultOf(s: Assignment, group: Group, key: EventBlock): { readonly message: string; readonly hint: string } | undefined {
  const { target } = s;
  if (target.startsWith('pre.')) return writesPre(target);
  if (target.startsWith('post.') && key === 'onReward') {
    return {
      message: `'${target}' can't be written: a reward changes the variables of synapses`,
      hint: 'Let the target read a shared variable, or set it.',
    };
  }
  if (target.startsWith('post.') && !adds(s)) {
    return {
      message: `a synapse adds to what belongs to 'post'; '${target} ${s.operator}' does not`,
      hint: `Write '${target} += ...': other synapses may act on it in the same step.`,
    };
  }
  if (target === DELAY) return { message: `'${DELAY}' can't be changed while the network runs`, hint: 'Set it on the projection, before it runs.' };
  if (target === REWARD) return { message: `'${REWARD}' can't be written: it is the size of a reward`, hint: 'Write into a shared variable.' };
  if (Object.hasOwn(group.def.shared ?? {}, target) && key !== 'onReward') {
    return {
      message: `'${target}' can't be written here: all synapses of a projection share it`,
      hint: 'Change it in onReward, or make it a quantity of each synapse.',
    };
  }
  return undefined;
}

/** An option that no block has a use for would be ignored. */
function refuseIdleOptions({ def, path }: Group, problems: ProblemList): void {
  const texts = [def.continuous, def.equations, ...EVENT_BLOCKS.map((key) => def[key])].join(' ');
  const units = Object.values({ ...def.quantities, ...def.shared }).map(({ unit }) => unit ?? '');
  const idle = [
    ['target', def.target !== undefined && !texts.includes('<target>') && !units.some((unit) => /\btarget\b/.test(unit))],
    ['types', def.types !== undefined && !texts.includes('<type>')],
  ] as const;
  for (const [option, isIdle] of idle) {
    if (!isIdle) continue;
    problems.add({
      code: 'invalid-model',
      message: `synapse '${def.name}' has no use for '${option}': none of its blocks says <${option === 'types' ? 'type' : option}>`,
      path,
      hint: 'Leave it out, or use it in a block: a synapse whose blocks name their ports adds to those.',
    });
  }
}

function checkBounds(group: Group, problems: ProblemList): void {
  for (const name of Object.keys(group.def.bounds ?? {})) {
    if (Object.hasOwn(group.def.quantities, name)) continue;
    problems.add({
      code: 'unknown-name',
      message: `bounds are given for '${name}', which is not a quantity of the synapse`,
      path: [...group.path, 'bounds'],
      hint: suggest(name, Object.keys(group.def.quantities)),
    });
  }
}

type Assignment = Extract<Statement, { kind: 'assign' }>;
type Report = (problem: Omit<Problem, 'path' | 'source'>, span: { readonly start: number; readonly end: number }) => void;

function reporter(text: string, path: readonly string[], problems: ProblemList): Report {
  return (problem, span) => problems.add({ ...inWordsOfUser(problem), path, source: { text, span } });
}

function adds({ operator }: Assignment): boolean {
  return operator === '+=' || operator === '-=';
}

function writesPre(target: string): { readonly message: string; readonly hint: string } {
  return {
    message: `'${target}' can't be written: a synapse may change its own state and what belongs to 'post'`,
    hint: 'State shared by all synapses of a source belongs into the source’s own model.',
  };
}

function refuseUnknownNames(own: readonly string[], block: readonly Statement[], report: Report): void {
  const check = (name: string, span: { readonly start: number; readonly end: number }): void => {
    if (/^(pre|post)\./.test(name) || own.includes(name) || name === 't' || name === 'dt') return;
    report(
      {
        code: 'unknown-name',
        message: `'${name}' is not defined`,
        hint:
          name === ARRIVED
            ? 'Only onPost asks for it.'
            : `Write pre.${name} or post.${name} for the value at one end. Known here: ${own.join(', ')}.`,
      },
      span,
    );
  };
  walkStatements(block, (s) => {
    walkExpression(s.kind === 'if' ? s.condition : s.value, (e) => {
      if (e.kind === 'name') check(e.name, e.span);
    });
    if (s.kind === 'assign' && !s.target.startsWith('pre.')) check(s.target, s.targetSpan);
  });
}

function walkStatements(block: readonly Statement[], visit: (s: Statement) => void): void {
  for (const s of block) {
    visit(s);
    if (s.kind === 'if') {
      walkStatements(s.then, visit);
      walkStatements(s.otherwise, visit);
    }
  }
}

/** The own quantities of a synapse that its equations and blocks change. */
export function synapseVariables(group: Group, blocks: readonly (readonly Statement[])[]): Set<string> {
  const variables = new Set(group.derivatives.map((d) => d.value.variable));
  for (const block of blocks) {
    walkAssignments(block, (s) => {
      if (!s.target.startsWith('post.')) variables.add(s.target);
    });
  }
  return variables;
}

/** The expressions of a block: its values and conditions. */
export function expressionsIn(block: readonly Statement[]): Expression[] {
  const found: Expression[] = [];
  walkStatements(block, (s) => found.push(s.kind === 'if' ? s.condition : s.value));
  return found;
}
