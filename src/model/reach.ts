import type { Expression } from '../language/ast.ts';
import { namesIn } from '../language/transform.ts';
import type { FlatModel } from './flat.ts';

/** Every name that an expression reads: itself, in functions, or through named expressions, each looked into once. */
export function namesReached(model: Pick<FlatModel, 'definitions' | 'functions'>, e: Expression): Set<string> {
  const found = new Set<string>();
  const open = [e];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of namesIn(next, model.functions)) {
      if (found.has(name)) continue;
      found.add(name);
      const definition = model.definitions.get(name);
      if (definition) open.push(definition.value);
    }
  }
  return found;
}
