/*
 * Text of many numbers, as bytes: several times faster than by strings that are joined and encoded.
 */

const ZERO = 0x30;
const MINUS = 0x2d;
const DOT = 0x2e;
/** The longest text of a number. */
const LONGEST = 32;

const POWERS = Float64Array.from({ length: 16 }, (_, n) => 10 ** n);

/** Grows by pieces of text, and is taken when it has enough. */
export class RowText {
  #bytes = new Uint8Array(2 ** 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The text so far, which then begins anew. */
  take(): Uint8Array {
    const text = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return text;
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const bytes = new Uint8Array(2 * (this.#length + length));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }

  /** Text that is encoded already. */
  bytes(text: Uint8Array): this {
    this.#reserve(text.length);
    const [bytes, at] = [this.#bytes, this.#length];
    // A loop: the pieces are short.
    for (let i = 0; i < text.length; i++) bytes[at + i] = text[i];
    this.#length = at + text.length;
    return this;
  }

  char(code: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = code;
    return this;
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint(value: number): this {
    this.#reserve(LONGEST);
    const [bytes, at] = [this.#bytes, this.#length];
    let digits = 1;
    while (digits < 10 && value >= POWERS[digits]) digits++;
    let end = at + digits;
    this.#length = end;
    let high = value;
    if (value >= 2 ** 30) {
      high = Math.floor(value / 10);
      bytes[--end] = ZERO + value - high * 10;
    }
    for (let rest = high | 0; end > at; ) {
      const next = (rest / 10) | 0;
      bytes[--end] = ZERO + rest - next * 10;
      rest = next;
    }
    return this;
  }

  /** The shortest text that reads back as the same number. */
  f64(value: number): this {
    return this.#ascii(Object.is(value, -0) ? '-0' : String(value));
  }

  /** The shortest text that reads back as the same number of 32 bits, which `value` is one of. */
  f32(value: number): this {
    const size = Math.abs(value);
    if (!(size >= 1e-3 && size < 1e7)) return this.#ascii(textOfF32(value));
    let whole = 1;
    while (size >= POWERS[whole]) whole++;
    if (size < 1) whole = size >= 0.1 ? 0 : size >= 0.01 ? -1 : -2;
    // Nine digits tell all numbers of 32 bits apart; six are never too many.
    for (let decimals = Math.max(0, 6 - whole); decimals <= 9 - whole; decimals++) {
      const scaled = Math.round(size * POWERS[decimals]);
      if (Math.fround(scaled / POWERS[decimals]) === size) return this.#decimal(value < 0, scaled, decimals);
    }
    return this.#ascii(textOfF32(value));
  }

  /** scaled / 10^decimals, without zeros at the end; scaled is below 2^30. */
  #decimal(isNegative: boolean, scaled: number, decimals: number): this {
    this.#reserve(LONGEST);
    if (isNegative) this.#bytes[this.#length++] = MINUS;
    const whole = Math.floor(scaled / POWERS[decimals]);
    this.uint(whole);
    let rest = (scaled - whole * POWERS[decimals]) | 0;
    if (rest === 0) return this;
    let count = decimals;
    while (rest % 10 === 0) {
      rest = (rest / 10) | 0;
      count--;
    }
    const [bytes, at] = [this.#bytes, this.#length];
    bytes[at] = DOT;
    for (let i = at + count; i > at; i--) {
      const next = (rest / 10) | 0;
      bytes[i] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#length = at + count + 1;
    return this;
  }

  #ascii(text: string): this {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
    return this;
  }
}

function textOfF32(value: number): string {
  if (Object.is(value, -0)) return '-0';
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
