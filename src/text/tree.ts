import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap, type YAMLSeq, type Node as YamlNode } from 'yaml';
import { type Problem, type Span, SpikeloomError } from '../core/error.ts';
import type { SourceText } from './sourceText.ts';
import { syntaxProblem } from './syntaxProblem.ts';

/*
 * YAML 1.2 (of which JSON is a part) as a tree of plain values that know where they stand.
 */

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly span: Span;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly TextNode[];
  readonly span: Span;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, { readonly key: Span; readonly node: TextNode }>;
  readonly span: Span;
}

export type TextNode = ScalarNode | ListNode | MapNode;

/** From the root: keys of maps, indices of lists. */
export type NodePath = readonly PropertyKey[];

const MAX_DEPTH = 64;
/** How many nodes all aliases together may stand for. */
const MAX_ALIASED = 100_000;

/** @throws SpikeloomError 'syntax' or 'duplicate-name' where the text is no single YAML document of plain values */
export function parseTree(source: SourceText): TextNode {
  const document = parseDocument(source.text, { version: '1.2', schema: 'core', prettyErrors: false, logLevel: 'error', keepSourceTokens: false });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw new SpikeloomError(syntaxProblem(fault, source));
  const directives = document.directives?.yaml;
  if (directives?.explicit && directives.version !== '1.2') {
    const problem = {
      code: 'syntax',
      message: `the file says that it is YAML ${directives.version}`,
      hint: 'Leave the line out: files are read as YAML 1.2.',
    } as const;
    throw new SpikeloomError(source.problemAt({ start: 0, end: source.text.indexOf('\n') }, problem));
  }
  if (document.contents === null) {
    throw new SpikeloomError(
      source.problemAt(
        { start: 0, end: 0 },
        { code: 'syntax', message: 'there is nothing in this text', hint: "A network begins with 'populations:', a model with 'kind:'." },
      ),
    );
  }
  return new TreeBuilder(source).build(document.contents, 0);
}

/** The value of a tree, without its places. */
export function dataOf(node: TextNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(dataOf);
    case 'map':
      return Object.fromEntries(Array.from(node.entries, ([key, entry]) => [key, dataOf(entry.node)]));
  }
}

/** The node at a path; undefined where there is none. */
export function nodeAt(root: TextNode, path: NodePath): TextNode | undefined {
  let node: TextNode | undefined = root;
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.get(String(step))?.node;
    else if (node?.kind === 'list') node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

class TreeBuilder {
  readonly #source: SourceText;
  /** The last of each name before the place that is being built. */
  readonly #anchors = new Map<string, YamlNode>();
  /** What an alias stands for is built once; its size counts each time. */
  readonly #built = new Map<YamlNode, TextNode>();
  readonly #sizes = new Map<TextNode, number>();
  #aliased = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  build(node: YamlNode | null, depth: number, end?: number): TextNode {
    if (node === null) return this.#sized({ kind: 'scalar', value: null, span: { start: end ?? 0, end: end ?? 0 } }, 1);
    const span = spanOf(node);
    if (depth > MAX_DEPTH) this.#fail(span, 'this is nested too deeply', `At most ${MAX_DEPTH} levels can be read.`);
    if (isAlias(node)) return this.#alias(node.source, span, depth);
    this.#remember(node);
    const known = this.#built.get(node);
    if (known) return known;
    const built = this.#sized(...this.#plain(node, span, depth));
    this.#built.set(node, built);
    return built;
  }

  #plain(node: YamlNode, span: Span, depth: number): [TextNode, number] {
    if (isScalar(node)) {
      const { value } = node;
      if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        return [{ kind: 'scalar', value, span }, 1];
      }
    }
    if (isSeq(node)) return this.#list(node as YAMLSeq<YamlNode>, span, depth);
    if (isMap(node)) return this.#map(node as YAMLMap<YamlNode, YamlNode | null>, span, depth);
    return this.#fail(span, 'this is neither text, a number, a list nor a map', 'Leave out the tag.');
  }

  #list(node: YAMLSeq<YamlNode>, span: Span, depth: number): [TextNode, number] {
    if (node.flow) this.#refuseCutText(node.items);
    const items = node.items.map((item) => this.build(item, depth + 1, span.start));
    return [{ kind: 'list', items, span }, items.reduce((n, item) => n + this.#sizeOf(item), 1)];
  }

  #map(node: YAMLMap<YamlNode, YamlNode | null>, span: Span, depth: number): [TextNode, number] {
    if (node.flow) this.#refuseCutText(node.items.flatMap((pair) => (pair.value ? [pair.value] : [pair.key])));
    const entries = new Map<string, { key: Span; node: TextNode }>();
    let size = 1;
    for (const pair of node.items) {
      const key = this.#key(pair, span);
      const keySpan = spanOf(pair.key);
      if (entries.has(key)) this.#fail(keySpan, `'${key}' is given twice`, 'Leave one of the two out.', 'duplicate-name');
      const value = this.build(pair.value, depth + 1, keySpan.end);
      entries.set(key, { key: keySpan, node: value });
      size += this.#sizeOf(value);
    }
    return [{ kind: 'map', entries, span }, size];
  }

  /** Keys are the text that stands there: `y`, `null` and `1` are names like any other. */
  #key(pair: Pair<YamlNode, YamlNode | null>, span: Span): string {
    const { key } = pair;
    if (isScalar(key)) this.#remember(key);
    else this.#fail(key ? spanOf(key) : span, 'a key must be text', 'Write name: value.');
    const text = typeof key.value === 'string' ? key.value : (key.source ?? '');
    if (text === '<<' && key.type === 'PLAIN')
      this.#fail(spanOf(key), "'<<' merges nothing here", 'Write what is shared once, under models, and use it by its name or in from: name.');
    // It would change what the map is instead of being in it.
    if (text === '__proto__') this.#fail(spanOf(key), "'__proto__' can't be a name", 'Choose another name.');
    return text;
  }

  #remember(node: YamlNode): void {
    if ('anchor' in node && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
  }

  #alias(name: string, span: Span, depth: number): TextNode {
    const target = this.#anchors.get(name);
    if (!target)
      this.#fail(span, `there is no '&${name}' before this`, `Write &${name} before what it stands for; put text that begins with '*' in quotes.`);
    const built = this.build(target, depth + 1);
    this.#aliased += this.#sizeOf(built);
    if (this.#aliased > MAX_ALIASED)
      this.#fail(span, 'the aliases of this text stand for too much', `Together they may repeat ${MAX_ALIASED} values.`);
    return built;
  }

  /** `{ v: uniform(0, 1) }`: the comma would end the text. */
  #refuseCutText(items: readonly YamlNode[]): void {
    for (const [i, item] of items.entries()) {
      if (i + 1 === items.length || !isScalar(item) || item.type !== 'PLAIN' || typeof item.value !== 'string') continue;
      if (count(item.value, '(') <= count(item.value, ')')) continue;
      const span = { start: spanOf(item).start, end: spanOf(items[i + 1]).end };
      const whole = this.#source.text.slice(span.start, span.end);
      this.#fail(span, `the comma ends '${item.value}'`, `Inside { } and [ ], put such text in quotes: '${whole}'.`);
    }
  }

  #sized(node: TextNode, size: number): TextNode {
    this.#sizes.set(node, size);
    return node;
  }

  #sizeOf(node: TextNode): number {
    return this.#sizes.get(node) ?? 1;
  }

  #fail(span: Span, message: string, hint: string, code: Problem['code'] = 'syntax'): never {
    throw new SpikeloomError(this.#source.problemAt(span, { code, message, hint }));
  }
}

function spanOf(node: YamlNode): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
