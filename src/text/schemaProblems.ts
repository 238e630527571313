import type * as z from 'zod';
import { type Problem, SpikeloomError, suggest } from '../core/error.ts';
import type { Locator } from './locate.ts';
import { dataOf, type NodePath, nodeAt, type TextNode } from './tree.ts';
import { wanted } from './wording.ts';

type Issue = z.core.$ZodIssue;

/** More than these would only hide the first ones. */
const SHOWN = 20;

/**
 * The data of a text, checked against what may stand in it.
 *
 * @throws SpikeloomError with every mistake, at its place
 */
export function checkData<T>(schema: z.ZodType<T>, root: TextNode, locator: Locator): T {
  const result = schema.safeParse(dataOf(root));
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, [], root, locator));
  const more = problems.length - SHOWN;
  throw new SpikeloomError(
    more > 0 ? [...problems.slice(0, SHOWN - 1), withHint(problems[SHOWN - 1], `${more} more mistakes are not shown.`)] : problems,
  );
}

function withHint(problem: Problem, more: string): Problem {
  return { ...problem, hint: problem.hint === undefined ? more : `${problem.hint}\n  ${more}` };
}

function problemsOf(issue: Issue, base: NodePath, root: TextNode, locator: Locator): Problem[] {
  const path = [...base, ...issue.path];
  const { what, hint } = wanted(issue.message);
  if (issue.code === 'unrecognized_keys') {
    const known = hint.split(' ');
    return issue.keys.map((key) =>
      locator.problemAtKey(path, key, { code: 'unknown-name', message: `${what} has no '${key}'`, hint: suggest(key, known) }),
    );
  }
  const node = nodeAt(root, path);
  if (!node) {
    const key = String(path.at(-1));
    const message = `'${key}' is missing${owner(path)}`;
    return [locator.problemAt(path.slice(0, -1), { code: 'invalid-value', message, hint: hint || `Give ${what}.` })];
  }
  if (issue.code === 'invalid_union') {
    if ('options' in issue && issue.options && path.at(-1) === 'kind') return [kindProblem(path, issue.options, node, locator)];
    const branch = closestBranch(issue.errors, node);
    if (branch) return branch.flatMap((inner) => problemsOf(inner, path, root, locator));
  }
  if (issue.code === 'invalid_value' && path.at(-1) === 'kind') return [kindProblem(path, issue.values, node, locator)];
  return [locator.problemAt(path, { code: 'invalid-value', message: `${subject(path)} is ${described(node)}, not ${what}`, hint })];
}

function kindProblem(path: NodePath, kinds: readonly unknown[], node: TextNode, locator: Locator): Problem {
  const known = kinds.map(String);
  return locator.problemAt(path, {
    code: 'invalid-value',
    message: `kind is ${described(node)}, not ${known.join(' or ')}`,
    hint: node.kind === 'scalar' ? suggest(String(node.value), known) : `Choose one of: ${known.join(', ')}.`,
  });
}

/** The alternative that was most likely meant: the one that fails deepest, or by the fewest mistakes; none where no alternative is of this shape. */
function closestBranch(branches: readonly (readonly Issue[])[], node: TextNode): readonly Issue[] | undefined {
  const shaped = branches.filter(
    (issues) => !issues.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys' && issue.code !== 'invalid_union'),
  );
  if (shaped.length === 0) return undefined;
  const kinds = node.kind === 'map' ? shaped.flatMap((issues) => issues.flatMap((issue) => kindsWanted(issue))) : [];
  const fits = shaped.filter((issues) => !issues.some((issue) => kindsWanted(issue).length > 0 || isAboutFrom(issue, node)));
  if (fits.length === 0 && kinds.length > 0 && node.kind === 'map') {
    const path = ['kind'];
    return [
      {
        code: 'invalid_value',
        path,
        values: [...new Set(kinds)],
        message: `a kind of model\nChoose one of: ${kinds.join(', ')}.`,
        input: undefined,
      } as Issue,
    ];
  }
  return (fits.length > 0 ? fits : shaped).reduce((best, issues) => (weight(issues) < weight(best) ? issues : best));
}

function kindsWanted(issue: Issue): string[] {
  return issue.code === 'invalid_value' && issue.path.length === 1 && issue.path[0] === 'kind' ? issue.values.map(String) : [];
}

/** Whether a branch fails because it is, or isn't, a variant of another model. */
function isAboutFrom(issue: Issue, node: TextNode): boolean {
  if (node.kind !== 'map') return false;
  if (issue.code === 'unrecognized_keys') return issue.path.length === 0 && issue.keys.includes('from');
  return issue.path[0] === 'from' && !node.entries.has('from');
}

function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function owner(path: NodePath): string {
  const of = path.at(-2);
  return typeof of === 'string' ? ` in '${of}'` : '';
}

function subject(path: NodePath): string {
  const last = path.at(-1);
  if (last === undefined) return 'this';
  if (typeof last !== 'number') return `'${String(last)}'`;
  const list = path.at(-2);
  return typeof list === 'string' ? `item ${last} of '${list}'` : `item ${last}`;
}

function described(node: TextNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'empty';
  return typeof node.value === 'string' ? `'${node.value.length > 60 ? `${node.value.slice(0, 60)}...` : node.value}'` : String(node.value);
}
