import { expect, it } from 'vitest';
import { uniform } from '../../test/support/uniform.ts';
import { RowText } from './rowText.ts';

const decoder = new TextDecoder();
const text = (write: (text: RowText) => void): string => {
  const row = new RowText();
  write(row);
  return decoder.decode(row.take());
};
const f32 = (x: number): string => text((t) => t.f32(Math.fround(x)));

/** The shortest by trying all lengths. */
function shortest(x: number): string {
  for (let digits = 1; digits < 9; digits++) if (Math.fround(Number(x.toPrecision(digits))) === x) return String(Number(x.toPrecision(digits)));
  return String(Number(x.toPrecision(9)));
}

it.each([
  [0, '0'],
  [-0, '-0'],
  [-65.2, '-65.2'],
  [1 / 3, '0.33333334'],
  [100, '100'],
  [9999999, '9999999'],
  [16777216, '16777216'],
  [0.001, '0.001'],
  [-0.0099999998, '-0.01'],
  [1.4e-45, '1e-45'],
  [3.4028235e38, '3.4028235e+38'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('%s as the shortest text of its 32 bits', (value, expected) => {
  expect(f32(value)).toBe(expected);
});

it('numbers of 32 bits read back, by the shortest text there is', () => {
  const random = uniform(5);
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const wrong: string[] = [];
  for (let i = 0; i < 30_000; i++) {
    bits[0] = random() * 2 ** 32;
    // Half of them of a size as potentials have.
    const x = i % 2 === 0 ? float[0] : Math.fround((random() - 0.5) * 10 ** Math.floor(random() * 12 - 4));
    if (!Number.isFinite(x)) continue;
    const printed = f32(x);
    if (!Object.is(Math.fround(Number(printed)), x) || printed.length > shortest(x).length) wrong.push(`${x} as ${printed}`);
  }
  expect(wrong).toEqual([]);
});

it('whole numbers of 32 bits', () => {
  for (const x of [0, 9, 10, 99, 100, 4294967295, 1_000_000_000, 2147483648]) expect(text((t) => t.uint(x))).toBe(String(x));
});

it('numbers of 64 bits, both zeros and what is not finite', () => {
  for (const x of [0.1 + 0.2, 1e300, -1 / 3, Number.NaN, Number.POSITIVE_INFINITY]) expect(text((t) => t.f64(x))).toBe(String(x));
  expect(text((t) => t.f64(-0))).toBe('-0');
});

it('grows as needed, and begins anew when its text is taken', () => {
  const row = new RowText();
  const long = new Uint8Array(100_000).fill(0x61);
  row.bytes(long).char(0x62).bytes(long);
  expect(row.length).toBe(200_001);
  expect(decoder.decode(row.take())).toBe(`${'a'.repeat(100_000)}b${'a'.repeat(100_000)}`);
  row.uint(7);
  expect(decoder.decode(row.take())).toBe('7');
});
