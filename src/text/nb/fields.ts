import type { Problem, Span } from '../../core/error.ts';
import type { Expression } from '../../language/ast.ts';
import { isBuiltin } from '../../language/builtins.ts';
import { isReserved } from '../../model/group.ts';
import type { Variable } from './syntax.ts';
import { type Meaning, named } from './translate.ts';

interface Field {
  readonly name: string;
  readonly value: number;
  /** Left out where nothing reads it, as long as the text does not set it. */
  readonly optional: boolean;
}

export type Report = (problem: Problem, span: Span) => void;

const ALIASES: Readonly<Record<string, string>> = {
  v: "'v' always means the voltage; set it as current_voltage.",
  i: "'i' always means the input current; choose another name.",
  input_current: 'Choose another name.',
};

/** The variables of a block: what their names stand for in a model of ours, and its quantities. */
export class Fields {
  readonly names = new Map<string, Meaning>();
  readonly #fields = new Map<string, Field>();
  readonly #taken = new Set<string>();
  /** How often a name was wanted that was taken. */
  readonly #numbers = new Map<string, number>();
  /** The step that the text sets for itself, ms. */
  dt: number | undefined;

  /** @param taken names that mean something else in the model */
  constructor(taken: readonly string[]) {
    for (const name of taken) this.#taken.add(name);
  }

  /** A field that every block of the kind has, under a name of ours. */
  automatic(name: string, ours: string, value: number, optional = false): this {
    this.#taken.add(ours);
    this.#fields.set(name, { name: ours, value, optional });
    this.names.set(name, { kind: 'quantity', name: ours, flag: false });
    return this;
  }

  /** A name that stands for something that is no field. */
  value(name: string, value: Expression | string, fixed: string, condition = false): this {
    this.names.set(name, { kind: 'value', value: typeof value === 'string' ? named(value) : value, condition, fixed });
    return this;
  }

  /** Another name of a field. */
  alias(name: string, of: string): this {
    const meaning = this.names.get(of);
    if (meaning) this.names.set(name, meaning);
    return this;
  }

  /** What the text declares: new ones, and other values for automatic ones. */
  declare(variables: readonly Variable[], report: Report): this {
    const seen = new Set<string>();
    for (const { name, span, value } of variables) {
      if (seen.has(name)) report({ code: 'duplicate-name', message: `'${name}' is declared twice`, hint: 'Remove one of the two.' }, span);
      seen.add(name);
      if (Object.hasOwn(ALIASES, name)) {
        report({ code: 'invalid-model', message: `'${name}' can't be a variable`, hint: ALIASES[name] }, span);
      } else this.#declare(name, span, value, report);
    }
    return this;
  }

  #declare(name: string, span: Span, value: number | boolean, report: Report): void {
    const field = this.#fields.get(name);
    const known = this.names.get(name);
    if (name === 'dt' && typeof value === 'number') this.dt = value;
    else if (name === 'is_spiking' && value === false) return;
    else if (field && typeof value === 'number') this.#fields.set(name, { ...field, value, optional: false });
    else if (known) {
      const hint = field ? 'Give it a number.' : known.fixed;
      report({ code: 'invalid-model', message: `'${name}' can't be declared`, ...(hint !== undefined && { hint }) }, span);
    } else {
      const ours = this.fresh(name.replace(/^_+/, '') || 'x');
      this.#fields.set(name, { name: ours, value: Number(value), optional: false });
      this.names.set(name, { kind: 'quantity', name: ours, flag: typeof value === 'boolean' });
    }
  }

  /** A quantity under a name of ours, which no name of the text stands for. */
  adopt(name: string, value: number): void {
    this.#taken.add(name);
    this.#fields.set(` ${name}`, { name, value, optional: false });
  }

  /** A name that nothing in the model has yet. */
  fresh(wanted: string): string {
    const base = /^[0-9]/.test(wanted) ? `x${wanted}` : wanted;
    let name = base;
    for (let n = this.#numbers.get(base) ?? 1; this.#isTaken(name); n++) {
      name = n === 1 ? `${base}_` : `${base}_${n}`;
      this.#numbers.set(base, n + 1);
    }
    this.#taken.add(name);
    return name;
  }

  #isTaken(name: string): boolean {
    return this.#taken.has(name) || isReserved(name) || isBuiltin(name);
  }

  /** Our names with their values; without those that became named expressions and those that nothing reads. */
  quantities(defined: ReadonlySet<string>, read: ReadonlySet<string>): Record<string, { readonly value: number }> {
    const kept = [...this.#fields.values()].filter(({ name, optional }) => !defined.has(name) && (!optional || read.has(name)));
    return Object.fromEntries(kept.map(({ name, value }) => [name, { value }]));
  }
}
