import { InternalError } from '../../core/error.ts';
import { LANE_OPCODES, MEMORY_LANE_OPCODES, MEMORY_OPCODES, OPCODES, TYPE_CODES, type WasmType } from './opcodes.ts';

/** A function of a module as its sections describe it. */
interface FunctionText {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly params: readonly WasmType[];
}

interface Instruction {
  readonly name: string;
  /** Reads what follows the code and answers it as text. */
  readonly immediates: (bytes: Reader) => string;
}

class Reader {
  readonly #bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get more(): boolean {
    return this.at < this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw new InternalError(`the module ends at byte ${this.end}, in the middle of something`);
    return this.#bytes[this.at++];
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  signed(bits: number): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      return BigInt.asIntN(bits, byte & 0x40 ? value - (1n << (shift + 7n)) : value);
    }
  }

  view(length: number): DataView {
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.at, length);
    this.at += length;
    return view;
  }

  text(): string {
    const length = this.unsigned();
    return new TextDecoder().decode(this.view(length));
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.unsigned() }, read);
  }

  /** The next `length` bytes as a reader of their own. */
  part(length: number): Reader {
    this.at += length;
    return new Reader(this.#bytes, this.at - length, this.at);
  }
}

const TYPES = new Map(Object.entries(TYPE_CODES).map(([name, code]) => [code, name as WasmType]));
const INSTRUCTIONS = instructions();

function instructions(): ReadonlyMap<number, Instruction> {
  const none = (): string => '';
  const index = (bytes: Reader): string => ` ${bytes.unsigned()}`;
  const lane = (bytes: Reader): string => ` ${bytes.byte()}`;
  const offset = (bytes: Reader): string => {
    bytes.unsigned();
    const value = bytes.unsigned();
    return value === 0 ? '' : ` offset=${value}`;
  };
  const all = new Map<number, Instruction>();
  const add = (code: number, name: string, immediates: Instruction['immediates']): void => {
    all.set(code, { name, immediates });
  };
  for (const [name, [code]] of Object.entries(OPCODES)) add(code, name, none);
  for (const [name, [code]] of Object.entries(LANE_OPCODES)) add(code, name, lane);
  for (const [name, [code]] of Object.entries(MEMORY_OPCODES)) add(code, name, offset);
  for (const [name, [code]] of Object.entries(MEMORY_LANE_OPCODES)) add(code, name, (bytes) => offset(bytes) + lane(bytes));
  add(0x00, 'unreachable', none);
  add(0x0f, 'return', none);
  add(0x1a, 'drop', none);
  add(0x1b, 'select', none);
  add(0x0c, 'br', index);
  add(0x0d, 'br_if', index);
  add(0x20, 'local.get', index);
  add(0x21, 'local.set', index);
  add(0x22, 'local.tee', index);
  add(0x41, 'i32.const', (bytes) => ` ${bytes.signed(32)}`);
  add(0x42, 'i64.const', (bytes) => ` ${bytes.signed(64)}`);
  add(0x43, 'f32.const', (bytes) => floatText(bytes.view(4), 32));
  add(0x44, 'f64.const', (bytes) => floatText(bytes.view(8), 64));
  add(0xfc00a, 'memory.copy', (bytes) => skip(bytes, 2));
  add(0xfc00b, 'memory.fill', (bytes) => skip(bytes, 1));
  add(0xfd00c, 'v128.const', (bytes) => {
    const words = bytes.view(16);
    return ` i32x4 ${[0, 4, 8, 12].map((at) => `0x${words.getUint32(at, true).toString(16).padStart(8, '0')}`).join(' ')}`;
  });
  add(0xfd00d, 'i8x16.shuffle', (bytes) => Array.from({ length: 16 }, () => ` ${bytes.byte()}`).join(''));
  return all;

  function skip(bytes: Reader, count: number): string {
    bytes.view(count);
    return '';
  }
}

/** Numbers as the shortest decimal that gives the same bits; what has none by its bits. */
function floatText(view: DataView, bits: 32 | 64): string {
  const value = bits === 32 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  if (Number.isNaN(value)) {
    const payload = bits === 32 ? BigInt(view.getUint32(0, true) & 0x7fffff) : view.getBigUint64(0, true) & 0xfffffffffffffn;
    const negative = (view.getUint8(bits / 8 - 1) & 0x80) !== 0;
    return ` ${negative ? '-' : ''}nan:0x${payload.toString(16)}`;
  }
  if (!Number.isFinite(value)) return value > 0 ? ' inf' : ' -inf';
  return ` ${Object.is(value, -0) ? '-0' : value}`;
}

/**
 * A WebAssembly module as text (WAT): what `emitModule` made, with the names of its kernels. Assembling the text gives the same code.
 *
 * @param bytes a module of this backend
 */
export function printWat(bytes: Uint8Array): string {
  const sections = new Map<number, Reader>();
  let names: ReadonlyMap<number, string> = new Map();
  for (const module = new Reader(bytes, 8); module.more; ) {
    const id = module.byte();
    const section = module.part(module.unsigned());
    if (id !== 0) sections.set(id, section);
    else if (section.text() === 'name') names = functionNames(section);
  }
  const section = (id: number): Reader => sections.get(id) ?? new Reader(new Uint8Array([0]));
  const types = section(1);
  const signatures = types.list(() => {
    types.byte();
    return { params: typeList(types), results: typeList(types) };
  });
  const declared = section(3);
  const ids = new Set<string>();
  const functions = declared
    .list(() => declared.unsigned())
    .map((type, i): FunctionText => {
      const { params, results } = signatures[type];
      const name = names.get(i) ?? `function ${i}`;
      const text = [params.length > 0 ? ` (param ${params.join(' ')})` : '', results.length > 0 ? ` (result ${results.join(' ')})` : ''].join('');
      return { id: freeId(name, ids), name, type: text, params };
    });
  const code = section(10);
  const bodies = code.list(() => code.part(code.unsigned()));
  return `${[
    '(module',
    ...imports(section(2)),
    ...functions.flatMap((f, i) => functionText(f, bodies[i], functions)),
    ...exportLines(section(7), functions),
    ')',
  ].join('\n')}\n`;
}

function typeList(bytes: Reader): WasmType[] {
  return bytes.list(() => typeOf(bytes.byte()));
}

function typeOf(code: number): WasmType {
  const type = TYPES.get(code);
  if (!type) throw new InternalError(`there is no type 0x${code.toString(16)}`);
  return type;
}

function functionNames(section: Reader): ReadonlyMap<number, string> {
  while (section.more) {
    const id = section.byte();
    const part = section.part(section.unsigned());
    if (id === 1) return new Map(part.list(() => [part.unsigned(), part.text()] as const));
  }
  return new Map();
}

/** Identifiers know no spaces, quotes or brackets. */
function freeId(name: string, taken: Set<string>): string {
  const wanted = `$${name.replace(/[^\w!#$%&'*+\-./:<=>?@\\^`|~]/g, '_')}`;
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted}:${n}`;
  taken.add(id);
  return id;
}

function imports(bytes: Reader): string[] {
  return bytes.list(() => {
    const [module, name] = [bytes.text(), bytes.text()];
    if (bytes.byte() !== 2) throw new InternalError(`the import ${module}.${name} is no memory`);
    const shared = bytes.byte() === 3;
    return `  (import "${module}" "${name}" (memory ${bytes.unsigned()} ${bytes.unsigned()}${shared ? ' shared' : ''}))`;
  });
}

function exportLines(bytes: Reader, functions: readonly FunctionText[]): string[] {
  return bytes.list(() => {
    const name = bytes.text();
    bytes.byte();
    return `  (export "${name}" (func ${functions[bytes.unsigned()].id}))`;
  });
}

function functionText({ id, name, type }: FunctionText, body: Reader, functions: readonly FunctionText[]): string[] {
  const runs = body.list(() => ({ count: body.unsigned(), type: typeOf(body.byte()) }));
  const locals = runs.flatMap(({ count, type: local }) => Array<WasmType>(count).fill(local));
  const lines = ['', `  ;; ${name}`, `  (func ${id}${type}`];
  if (locals.length > 0) lines.push(`    (local ${locals.join(' ')})`);
  let depth = 2;
  const add = (text: string): void => {
    lines.push('  '.repeat(depth) + text);
  };
  while (body.more) {
    const first = body.byte();
    if (first === 0x0b) {
      depth--;
      add(depth === 1 ? ')' : 'end');
    } else if (first === 0x02 || first === 0x03 || first === 0x04) {
      body.byte();
      add({ 2: 'block', 3: 'loop', 4: 'if' }[first]);
      depth++;
    } else if (first === 0x10) add(`call ${functions[body.unsigned()].id}`);
    else add(instructionText(first < 0xfc ? first : (first << 12) + body.unsigned(), body));
  }
  return lines;
}

function instructionText(code: number, body: Reader): string {
  const found = INSTRUCTIONS.get(code);
  if (!found) throw new InternalError(`there is no instruction 0x${code.toString(16)}`);
  return found.name + found.immediates(body);
}
