import { describe, expect, it } from 'vitest';
import { brailleLines } from './braille.ts';
import { list, positive, several, size, threads, time, timeAboveZero, wholeNumber } from './flags.ts';

describe('values of flags', () => {
  it.each([
    ['250', 250],
    ['0', 0],
    ['.5ms', 0.5],
    ['2.5s', 2500],
    ['10 min', 600_000],
    ['1h', 3_600_000],
    ['1e3', 1000],
  ])('time %s', (text, ms) => expect(time(text)).toBe(ms));

  it.each([
    ['500', 500],
    ['500MB', 5e8],
    ['2GiB', 2 ** 31],
    ['0.5kB', 500],
  ])('size %s', (text, bytes) => expect(size(text)).toBe(bytes));

  it.each([
    [time, ['', ' ', '-1', '1 day', 's', '1 s s', 'Infinity', '1e999', 'toString']],
    [timeAboveZero, ['0', '0s']],
    [size, ['0', '1mb', '-5MB', '']],
    [positive, ['0', '-1', '', 'x', 'Infinity']],
    [wholeNumber, ['-1', '0.5', '', 'x', '1e30']],
    [threads, ['0', '-1', '1.5', 'all']],
  ])('what is none: %o', (parse, texts) => {
    for (const text of texts) expect(() => parse(text), text).toThrow(/^Give a /);
  });

  it('lists', () => {
    expect(list('csv, npz', ['h5'])).toEqual(['h5', 'csv', 'npz']);
    expect(several('a,b', ['c'])).toEqual(['c', 'a,b']);
    expect([threads('auto'), threads('2'), wholeNumber('0'), positive('0.1')]).toEqual(['auto', 2, 0, 0.1]);
  });
});

describe('a curve in braille', () => {
  it('shows a step, and its range', () => {
    const values = Array.from({ length: 40 }, (_, i) => (i < 20 ? -70 : 30));
    expect(brailleLines(values, { columns: 10, rows: 3 })).toEqual(['   30 ⠀⠀⠀⠀⢸⠉⠉⠉⠉⠉', '      ⠀⠀⠀⠀⢸⠀⠀⠀⠀⠀', '  -70 ⣀⣀⣀⣀⣸⠀⠀⠀⠀⠀']);
  });

  it('shows what does not change, and less than there are columns', () => {
    expect(brailleLines([5, 5, 5], { columns: 4, rows: 1 })).toEqual(['  5 ⠉⠉⠉⠉']);
  });
});
