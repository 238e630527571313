import { type Problem, type Span, SpikeloomError } from '../core/error.ts';
import { tidyText } from '../model/tidyText.ts';
import { spanWithin } from './align.ts';
import { splitQuantity } from './quantityText.ts';
import type { SourceText } from './sourceText.ts';
import type { MapNode, NodePath, ScalarNode, TextNode } from './tree.ts';

/** A key or an item that a problem may be about. */
interface Candidate {
  readonly node: TextNode;
  readonly key: Span | undefined;
  /** Keys and indices from the root. */
  readonly path: NodePath;
}

/**
 * Finds the place in the file of problems that know only the equations they are in, and the names around them. A problem
 * that shows text of the user is shown there; one in a model of the library keeps its own text.
 */
export class Locator {
  readonly #source: SourceText;
  readonly #root: TextNode;
  /** Where what has a name in the network stands, such as `projection 'exc->inh'`. */
  readonly #named = new Map<string, NodePath>();

  constructor(source: SourceText, root: TextNode) {
    this.#source = source;
    this.#root = root;
  }

  /** What stands at a path is what problems call `name`. */
  name(name: string, path: NodePath): void {
    this.#named.set(name, path);
  }

  /** Runs `body`; what it throws is about what stands at `path`. */
  at<T>(path: NodePath, body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw this.located(error, path);
    }
  }

  /** A SpikeloomError with places in the file; without a path only where something in the file is named; everything else as it is. */
  located(error: unknown, path?: NodePath): unknown {
    if (!(error instanceof SpikeloomError)) return error;
    return new SpikeloomError(error.problems.map((problem) => (problem.place ? problem : this.#locate(problem, path))));
  }

  /** The problem at a node, its key where it has one. */
  problemAt(path: NodePath, problem: Problem): Problem {
    const candidate = this.#find(path);
    return this.#source.problemAt(candidate.node.kind === 'scalar' ? candidate.node.span : spanOf(candidate), problem);
  }

  /** The problem at a key of the map at a path. */
  problemAtKey(path: NodePath, key: string, problem: Problem): Problem {
    const { node } = this.#find(path);
    const entry = node.kind === 'map' ? node.entries.get(key) : undefined;
    return entry ? this.#source.problemAt(entry.key, problem) : this.problemAt(path, problem);
  }

  #locate(problem: Problem, path: NodePath | undefined): Problem {
    const scope = this.#scope(problem, path ?? []);
    const shown = this.#shown(problem, scope) ?? this.#shown(problem, []);
    if (shown) return shown;
    const found = this.#mostSpecific(problem, scope);
    // It is about nothing that stands in the file.
    if (path === undefined && found.path.length === 0) return problem;
    const { place, source } = this.#source.problemAt(spanOf(found), problem);
    return { ...problem, ...(place && { place }), ...((problem.source ?? source) && { source: problem.source ?? source }) } as Problem;
  }

  /** The innermost part of the file that the problem's path names. */
  #scope(problem: Problem, path: NodePath): NodePath {
    let scope = path;
    for (const segment of problem.path ?? []) {
      const named = this.#named.get(segment);
      if (named && scope.every((step, i) => named[i] === step)) scope = named;
    }
    return scope;
  }

  /** Where the text that the problem shows stands in the file; among equal texts, where the names of its path stand around it. */
  #shown(problem: Problem, scope: NodePath): Problem | undefined {
    const { source } = problem;
    if (!source) return undefined;
    const words = new Set(namesIn(problem));
    let best: { readonly span: Span; readonly score: number } | undefined;
    for (const { node, path } of this.#below(scope)) {
      const span = node.kind === 'scalar' ? this.#spanOfText(node, source) : undefined;
      if (!span) continue;
      const score = path.filter((step) => words.has(String(step))).length;
      if (!best || score > best.score) best = { span, score };
    }
    return best && this.#source.problemAt(best.span, problem);
  }

  #spanOfText({ value, span }: ScalarNode, source: NonNullable<Problem['source']>): Span | undefined {
    if (typeof value !== 'string') return undefined;
    const raw = this.#source.text.slice(span.start, span.end);
    const within = (text: string, part: Span): Span => {
      const { start, end } = spanWithin(raw, text, part);
      return { start: span.start + start, end: span.start + end };
    };
    if (value === source.text) return within(value, source.span);
    if (tidyText(value) === source.text) return within(source.text, source.span);
    const short = splitQuantity(value);
    if (short?.unit !== source.text) return undefined;
    const shift = value.length - short.unit.length;
    return within(value, { start: source.span.start + shift, end: source.span.end + shift });
  }

  /** What the names in the problem's path lead to, key by key; below that, the key or text that its message quotes. */
  #mostSpecific(problem: Problem, scope: NodePath): Candidate {
    let found = this.#find(scope);
    for (const word of namesIn(problem)) {
      const within = this.#below(found.path).filter(({ path }) => path.length > found.path.length && path.at(-1) === word);
      const [nearest, other] = within;
      // What is given in two places alike can't be told apart.
      if (nearest && other?.path.length !== nearest.path.length) found = nearest;
    }
    const word = quotedIn(problem);
    const below = this.#below(found.path).filter(({ path }) => path.length > found.path.length);
    const text = below.find(({ node }) => isText(node, word));
    return below.find(({ path }) => path.at(-1) === word) ?? (text ? { ...text, key: text.node.span } : found);
  }

  /** The node at a path, or the last above it that is there. */
  #find(path: NodePath): Candidate {
    let candidate: Candidate = { node: this.#root, key: undefined, path: [] };
    for (const step of path) {
      const next = childrenOf(candidate).find((child) => child.path.at(-1) === step);
      if (!next) break;
      candidate = next;
    }
    return candidate;
  }

  /** A node and all below it, from the outside in. */
  #below(path: NodePath): Candidate[] {
    const found = [this.#find(path)];
    // The list grows while it is gone through.
    for (const candidate of found) found.push(...childrenOf(candidate));
    return found;
  }
}

function childrenOf({ node, path }: Candidate): Candidate[] {
  if (node.kind === 'list') return node.items.map((item, i) => ({ node: item, key: undefined, path: [...path, i] }));
  if (node.kind === 'map') return Array.from(node.entries, ([name, entry]) => ({ node: entry.node, key: entry.key, path: [...path, name] }));
  return [];
}

function spanOf({ node, key }: Candidate): Span {
  if (key) return key;
  const first = node.kind === 'map' ? firstKey(node) : undefined;
  return first ?? { start: node.span.start, end: node.span.start + 1 };
}

function firstKey(node: MapNode): Span | undefined {
  return [...node.entries.values()][0]?.key;
}

function isText(node: TextNode, text: string): boolean {
  return node.kind === 'scalar' && node.value === text;
}

/** The names in a problem's path, from the outside in. */
function namesIn(problem: Problem): string[] {
  return (problem.path ?? []).map((segment) => /'(.*)'/.exec(segment)?.[1] ?? segment);
}

/** What its message is about: the first name that it quotes or begins with. */
function quotedIn({ message }: Problem): string {
  return /'([^']+)'/.exec(message)?.[1] ?? /^\w+(?= is )/.exec(message)?.[0] ?? '';
}
