import type { ProblemList } from '../core/error.ts';
import type { Expression, Statement } from '../language/ast.ts';
import { walkAssignments } from '../language/transform.ts';
import { type FlatModel, type FlatStep, type Located, STAGES } from './flat.ts';

/** What names and calls stand for. */
type Named = Pick<FlatModel, 'functions'> & { readonly definitions: ReadonlyMap<string, Located<Expression>> };

/**
 * The step blocks of a cell in the order in which they are carried out: stage after stage, and within a stage a block
 * that reads what another assigns comes behind it. `previous(x)` reads without asking for an order.
 */
export function orderSteps(steps: readonly FlatStep[], named: Named, path: readonly string[], problems: ProblemList): FlatStep[] {
  return STAGES.flatMap((stage) => {
    const members = steps.filter((s) => s.stage === stage);
    return members.length < 2 ? members : orderStage(members, named, path, problems);
  });
}

function orderStage(steps: readonly FlatStep[], named: Named, path: readonly string[], problems: ProblemList): FlatStep[] {
  const writes = steps.map((s) => new Set(targets(s.value)));
  const reads = steps.map((s) => namesRead(s.value, named));
  const order: FlatStep[] = [];
  const state = steps.map((): 'new' | 'open' | 'done' => 'new');
  const visit = (i: number): void => {
    if (state[i] !== 'new') return;
    state[i] = 'open';
    steps.forEach((other, j) => {
      const shared = j === i ? undefined : [...writes[j]].find((name) => reads[i].has(name) && !writes[i].has(name));
      if (shared === undefined) return;
      if (state[j] === 'open') {
        problems.add({
          code: 'invalid-model',
          message: `'${steps[i].path.at(-2)}' and '${other.path.at(-2)}' each read what the other assigns`,
          path,
          hint: `Let one of them read the value from before the step: previous(${shared}).`,
        });
      }
      visit(j);
    });
    state[i] = 'done';
    order.push(steps[i]);
  };
  steps.forEach((_, i) => visit(i));
  return order;
}

function targets(block: readonly Statement[]): string[] {
  const found: string[] = [];
  walkAssignments(block, (s) => found.push(s.target));
  return found;
}

/** Names that a block reads as they are now, through named expressions and functions too. */
function namesRead(block: readonly Statement[], { definitions, functions }: Named): Set<string> {
  const found = new Set<string>();
  const visit = (e: Expression, parameters: readonly string[] = []): void => {
    const visitAll = (parts: readonly Expression[]): void => {
      for (const part of parts) visit(part, parameters);
    };
    if (e.kind === 'name' && !found.has(e.name) && !parameters.includes(e.name)) {
      found.add(e.name);
      const definition = definitions.get(e.name);
      if (definition) visit(definition.value);
    }
    if (e.kind === 'unary') visitAll([e.operand]);
    if (e.kind === 'binary') visitAll([e.left, e.right]);
    if (e.kind === 'call' && e.callee !== 'previous') visitAll(e.args);
    const called = e.kind === 'call' ? functions.get(e.callee) : undefined;
    if (called) visit(called.body, called.parameters);
  };
  const visitBlock = (statements: readonly Statement[]): void => {
    for (const s of statements) {
      visit(s.kind === 'assign' ? s.value : s.condition);
      if (s.kind === 'if') [s.then, s.otherwise].forEach(visitBlock);
    }
  };
  visitBlock(block);
  return found;
}
