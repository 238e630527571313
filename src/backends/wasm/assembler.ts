import { InternalError } from '../../core/error.ts';
import {
  LANE_OPCODES,
  type LaneOpcode,
  MEMORY_LANE_OPCODES,
  MEMORY_OPCODES,
  type MemoryLaneOpcode,
  type MemoryOpcode,
  OPCODES,
  type Opcode,
  parseSignature,
  TYPE_CODES,
  type WasmType,
} from './opcodes.ts';

export interface FunctionType {
  readonly params: readonly WasmType[];
  readonly results: readonly WasmType[];
}

export interface FunctionRef extends FunctionType {
  readonly name: string;
  readonly index: number;
}

export interface Local {
  readonly index: number;
  readonly type: WasmType;
  readonly owner: Code;
}

/** The target of a branch: the end of a block or the start of a loop. */
export interface Label {
  readonly depth: number;
}

/** The code of one function. Every method fails at once where what it emits would not be valid. */
export class Code {
  readonly ref: FunctionRef;
  readonly params: readonly Local[];
  readonly #locals: WasmType[] = [];
  readonly #bytes: number[] = [];
  /** Types of the operands on the stack. */
  readonly #stack: WasmType[] = [];
  /** Height of the stack where each open block began. */
  readonly #blocks: number[] = [0];
  /** Nothing may follow an instruction that never falls through, but the end of its block. */
  #ended = false;

  constructor(ref: FunctionRef) {
    this.ref = ref;
    this.params = ref.params.map((type, index) => ({ index, type, owner: this }));
  }

  local(type: WasmType): Local {
    return { index: this.ref.params.length + this.#locals.push(type) - 1, type, owner: this };
  }

  get(local: Local): void {
    this.#access(local, 0x20, [], [local.type]);
  }

  set(local: Local): void {
    this.#access(local, 0x21, [local.type], []);
  }

  tee(local: Local): void {
    this.#access(local, 0x22, [local.type], [local.type]);
  }

  i32(value: number): void {
    this.#emit('i32.const', [0x41], [], ['i32']);
    signed(this.#bytes, BigInt(value | 0));
  }

  i64(value: bigint): void {
    this.#emit('i64.const', [0x42], [], ['i64']);
    signed(this.#bytes, BigInt.asIntN(64, value));
  }

  f32(value: number): void {
    this.#emit('f32.const', [0x43, ...new Uint8Array(new Float32Array([value]).buffer)], [], ['f32']);
  }

  f64(value: number): void {
    this.#emit('f64.const', [0x44, ...new Uint8Array(new Float64Array([value]).buffer)], [], ['f64']);
  }

  /** A constant of four 32-bit words, the lowest lane first. */
  v128(words: readonly [number, number, number, number]): void {
    this.#emit('v128.const', [0xfd, 0x0c, ...new Uint8Array(new Uint32Array(words).buffer)], [], ['v128']);
  }

  op(name: Opcode): void {
    const [code, signature] = OPCODES[name];
    const { takes, leaves } = parseSignature(signature);
    this.#emit(name, opcodeBytes(code), takes, leaves);
  }

  lane(name: LaneOpcode, lane: number): void {
    const [code, signature] = LANE_OPCODES[name];
    const { takes, leaves } = parseSignature(signature);
    if (lane < 0 || lane >= Number(name[4])) throw new InternalError(`${name} has no lane ${lane}`);
    this.#emit(name, [...opcodeBytes(code), lane], takes, leaves);
  }

  /** Picks 32-bit lanes from two vectors: 0-3 from the first, 4-7 from the second. */
  shuffle(lanes: readonly [number, number, number, number]): void {
    const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((k) => lane * 4 + k));
    this.#emit('i8x16.shuffle', [0xfd, 0x0d, ...bytes], ['v128', 'v128'], ['v128']);
  }

  /** Loads or stores at the address on the stack plus `offset`. */
  memory(name: MemoryOpcode, offset: number): void {
    const [code, signature, align] = MEMORY_OPCODES[name];
    const { takes, leaves } = parseSignature(signature);
    this.#emit(name, [...opcodeBytes(code), align, ...unsigned(offset)], takes, leaves);
  }

  memoryLane(name: MemoryLaneOpcode, offset: number, lane: number): void {
    const [code, signature, align] = MEMORY_LANE_OPCODES[name];
    const { takes, leaves } = parseSignature(signature);
    this.#emit(name, [...opcodeBytes(code), align, ...unsigned(offset), lane], takes, leaves);
  }

  /** Fills memory: takes address, byte, number of bytes. */
  fill(): void {
    this.#emit('memory.fill', [0xfc, 0x0b, 0x00], ['i32', 'i32', 'i32'], []);
  }

  /** Copies memory: takes destination, source, number of bytes. */
  copy(): void {
    this.#emit('memory.copy', [0xfc, 0x0a, 0x00, 0x00], ['i32', 'i32', 'i32'], []);
  }

  /** Picks the first value where the condition, above both, is not 0. */
  select(): void {
    const type = this.#stack[this.#stack.length - 2];
    if (type === undefined) this.#fail('select', 'finds too few operands');
    this.#emit('select', [0x1b], [type, type, 'i32'], [type]);
  }

  drop(): void {
    const type = this.#stack[this.#stack.length - 1];
    if (type === undefined) this.#fail('drop', 'finds no operand');
    this.#emit('drop', [0x1a], [type], []);
  }

  call(callee: FunctionRef): void {
    this.#emit(`call of ${callee.name}`, [0x10, ...unsigned(callee.index)], callee.params, callee.results);
  }

  block(body: (end: Label) => void): void {
    this.#nest('block', 0x02, [], body);
  }

  loop(body: (start: Label) => void): void {
    this.#nest('loop', 0x03, [], body);
  }

  /** Runs `then` where the i32 on the stack is not 0. */
  if(then: () => void): void {
    this.#nest('if', 0x04, ['i32'], then);
  }

  branch(label: Label): void {
    this.#emit('br', [0x0c, ...unsigned(this.#distance(label))], [], []);
    this.#ended = true;
  }

  branchIf(label: Label): void {
    this.#emit('br_if', [0x0d, ...unsigned(this.#distance(label))], ['i32'], []);
  }

  return(): void {
    this.#emit('return', [0x0f], this.ref.results, []);
    this.#ended = true;
  }

  /** Traps. */
  unreachable(): void {
    this.#emit('unreachable', [0x00], [], []);
    this.#ended = true;
  }

  /** Ends the function; its results are on the stack unless it has returned. */
  finish(): number[] {
    if (this.#blocks.length !== 1) this.#fail('end', 'finds open blocks');
    if (!this.#ended) this.#take('end', this.ref.results);
    if (this.#stack.length > 0) this.#fail('end', `finds ${this.#stack.join(', ')} left over`);
    const body = [...localRuns(this.#locals)];
    for (const byte of this.#bytes) body.push(byte);
    body.push(0x0b);
    return body;
  }

  #access(local: Local, code: number, takes: readonly WasmType[], leaves: readonly WasmType[]): void {
    if (local.owner !== this) throw new InternalError(`local ${local.index} belongs to ${local.owner.ref.name}, not ${this.ref.name}`);
    this.#emit(`local ${local.index}`, [code, ...unsigned(local.index)], takes, leaves);
  }

  #nest(name: string, code: number, takes: readonly WasmType[], body: (label: Label) => void): void {
    this.#emit(name, [code, 0x40], takes, []);
    this.#blocks.push(this.#stack.length);
    body({ depth: this.#blocks.length - 1 });
    const base = this.#blocks[this.#blocks.length - 1];
    if (this.#ended) this.#stack.length = base;
    if (this.#stack.length !== base) this.#fail(`end of ${name}`, `finds ${this.#stack.slice(base).join(', ')} left over`);
    this.#blocks.pop();
    this.#ended = false;
    this.#bytes.push(0x0b);
  }

  #distance(label: Label): number {
    const distance = this.#blocks.length - 1 - label.depth;
    if (distance < 0) this.#fail('br', 'leaves a block that is not open');
    return distance;
  }

  #emit(name: string, bytes: readonly number[], takes: readonly WasmType[], leaves: readonly WasmType[]): void {
    if (this.#ended) this.#fail(name, 'can never be reached');
    this.#take(name, takes);
    for (const byte of bytes) this.#bytes.push(byte);
    for (const type of leaves) this.#stack.push(type);
  }

  #take(name: string, types: readonly WasmType[]): void {
    const base = this.#blocks[this.#blocks.length - 1];
    const found = this.#stack.slice(Math.max(base, this.#stack.length - types.length));
    if (found.length !== types.length || types.some((type, i) => type !== found[i])) {
      this.#fail(name, `takes (${types.join(', ')}), finds (${found.join(', ')})`);
    }
    this.#stack.length -= types.length;
  }

  #fail(name: string, what: string): never {
    throw new InternalError(`${name} in ${this.ref.name} ${what}`);
  }
}

/** A module with one memory, imported as `env.memory`. */
export class ModuleAssembler {
  readonly #pages: number;
  readonly #shared: boolean;
  readonly #types: string[] = [];
  readonly #typeBytes: number[][] = [];
  readonly #codes: Code[] = [];
  readonly #imports: FunctionRef[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];

  /** `pages` of 64 KiB are both the least and the most that the memory has. */
  constructor(pages: number, shared: boolean) {
    this.#pages = pages;
    this.#shared = shared;
  }

  /** Imports a function of `env`. Before all that are added: they count behind it. */
  import(name: string, type: FunctionType): FunctionRef {
    if (this.#codes.length > 0) throw new InternalError(`${name} is imported behind functions of the module`);
    const ref = { name, index: this.#imports.length, ...type };
    this.#imports.push(ref);
    return ref;
  }

  /** Adds a function and writes its code with `body`. */
  function(name: string, type: FunctionType, body: (code: Code) => void): FunctionRef {
    const ref = { name, index: this.#imports.length + this.#codes.length, ...type };
    const code = new Code(ref);
    this.#codes.push(code);
    body(code);
    return ref;
  }

  export(name: string, ref: FunctionRef): void {
    this.#exports.push({ name, index: ref.index });
  }

  finish(): Uint8Array<ArrayBuffer> {
    const bodies = this.#codes.map((code) => withLength(code.finish()));
    const typeIndices = this.#codes.map((code) => unsigned(this.#typeIndex(code.ref)));
    const imported = this.#imports.map((ref) => [...text('env'), ...text(ref.name), 0x00, ...unsigned(this.#typeIndex(ref))]);
    const limits = [this.#shared ? 0x03 : 0x01, ...unsigned(this.#pages), ...unsigned(this.#pages)];
    const bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    section(bytes, 1, vector(this.#typeBytes));
    section(bytes, 2, vector([[...text('env'), ...text('memory'), 0x02, ...limits], ...imported]));
    section(bytes, 3, vector(typeIndices));
    section(bytes, 7, vector(this.#exports.map(({ name, index }) => [...text(name), 0x00, ...unsigned(index)])));
    section(bytes, 10, vector(bodies));
    section(bytes, 0, [...text('name'), 1, ...withLength(this.#functionNames())]);
    return new Uint8Array(bytes);
  }

  /** So that profilers and debuggers name the kernels. */
  #functionNames(): number[] {
    return vector(this.#codes.map(({ ref }) => [...unsigned(ref.index), ...text(ref.name)]));
  }

  #typeIndex({ params, results }: FunctionType): number {
    const key = `${params}>${results}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#typeBytes.push([0x60, ...vector(params.map((t) => [TYPE_CODES[t]])), ...vector(results.map((t) => [TYPE_CODES[t]]))]);
    return this.#types.push(key) - 1;
  }
}

function opcodeBytes(code: number): number[] {
  return code < 0x100 ? [code] : [code >> 12, ...unsigned(code & 0xfff)];
}

/** LEB128 of an unsigned integer below 2^53. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  while (value >= 0x80) {
    bytes.push((value % 0x80) | 0x80);
    value = Math.floor(value / 0x80);
  }
  bytes.push(value);
  return bytes;
}

/** Appends the signed LEB128 of a 64-bit integer. */
function signed(bytes: number[], value: bigint): void {
  while (value < -64n || value > 63n) {
    bytes.push(Number(value & 0x7fn) | 0x80);
    value >>= 7n;
  }
  bytes.push(Number(value & 0x7fn));
}

function append(bytes: number[], more: readonly number[]): void {
  for (const byte of more) bytes.push(byte);
}

function vector(items: readonly (readonly number[])[]): number[] {
  const bytes = unsigned(items.length);
  for (const item of items) append(bytes, item);
  return bytes;
}

function withLength(bytes: readonly number[]): number[] {
  const all = unsigned(bytes.length);
  append(all, bytes);
  return all;
}

function section(bytes: number[], id: number, content: readonly number[]): void {
  bytes.push(id);
  append(bytes, withLength(content));
}

function text(value: string): number[] {
  return withLength([...new TextEncoder().encode(value)]);
}

/** Declarations of locals: runs of one type. */
function localRuns(types: readonly WasmType[]): number[] {
  const runs: { type: WasmType; count: number }[] = [];
  for (const type of types) {
    const last = runs[runs.length - 1];
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  return vector(runs.map(({ type, count }) => [...unsigned(count), TYPE_CODES[type]]));
}
