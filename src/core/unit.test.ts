import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpikeloomError } from './error.ts';
import {
  DIMENSIONLESS,
  type Dimension,
  divideDimensions,
  fromCoherent,
  multiplyDimensions,
  parseUnit,
  powerDimension,
  printDimension,
  sameDimension,
  toCoherent,
} from './unit.ts';

describe('parseUnit', () => {
  it.each([
    ['mV', 1, 'mV'],
    ['nS', 1, 'nS'],
    ['pA/mV', 1, 'nS'],
    ['pF', 1, 'pF'],
    ['pA ms / mV', 1, 'pF'],
    ['mS/cm^2', 0.01, 'nS/um^2'],
    ['uF/cm^2', 0.01, 'pF/um^2'],
    ['uA/cm^2', 0.01, 'pA/um^2'],
    ['mM', 1, 'mM'],
    ['mol/m^3', 1, 'mM'],
    ['mmol/L', 1, 'mM'],
    ['1/ms', 1, '1/ms'],
    ['1/(mV*ms)', 1, '1/(ms mV)'],
    ['mM^-1 ms^-1', 1, '1/(ms mM)'],
    ['mV ms', 1, 'ms mV'],
    ['Hz', 1e-3, '1/ms'],
    ['kHz', 1, '1/ms'],
    ['ms^-1/2', 1, '1/ms^(1/2)'],
    ['ms^(-1/2)', 1, '1/ms^(1/2)'],
    ['s^-0.5', 1 / Math.sqrt(1000), '1/ms^(1/2)'],
    ['mV ms^(-1/2)', 1, 'mV/ms^(1/2)'],
    ['1', 1, '1'],
    ['', 1, '1'],
    [' ', 1, '1'],
    ['mV/mV', 1, '1'],
    ['Mohm', 1e-3, 'Gohm'],
    ['MΩ', 1e-3, 'Gohm'],
    ['uA', 1e6, 'pA'],
    ['\u00b5A', 1e6, 'pA'],
    ['\u03bcA', 1e6, 'pA'],
    ['fC', 1, 'fC'],
    ['fJ', 1e3, 'fC mV'],
    ['s', 1e3, 'ms'],
    ['min', 6e4, 'ms'],
    ['h', 3.6e6, 'ms'],
    ['h/min', 60, '1'],
    ['1/h', 1 / 3.6e6, '1/ms'],
    ['cm', 1e4, 'um'],
    ['M', 1e3, 'mM'],
    ['K', 1, 'K'],
    ['mV/ms/ms', 1, 'mV/ms^2'],
    ['mV/ms ms', 1, 'mV'],
    ['((mV))^2', 1, 'mV^2'],
  ])('%j has scale %d and dimension %s', (text, scale, dimension) => {
    const unit = parseUnit(text);
    expect(unit.scale).toBe(scale);
    expect(unit.text).toBe(text);
    expect(printDimension(unit.dimension)).toBe(dimension);
  });

  it.each([
    'msc',
    'hz',
    'cm2',
    '10 mV',
    'mV^',
    'ms^(1/3)',
    '(mV',
    'mV)',
    'mV*',
    '%',
    's^999',
    `${'('.repeat(40)}s${')'.repeat(40)}`,
    'h^99 h^99 h^99',
  ])('refuses %j', (text) => {
    expect(() => parseUnit(text)).toThrow(SpikeloomError);
  });

  it('says what is wrong', () => {
    expect(() => parseUnit('1/(mV msc)')).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-unit]: 'msc' is not a unit
          1/(mV msc)
                ^^^
        Did you mean 'ms'? Known here: ms, s, Hz, min, h, mV, V, pA, nA, uA, nS, uS, mS, pF, nF, uF, Mohm, Gohm, ohm, fC, pC, uM, mM, M, mol, L, nm, um, mm, cm, m, K, J, W.]
    `);
    expect(() => parseUnit('mS/cm2')).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-unit]: a unit is expected here, not '2'
          mS/cm2
               ^
        Write powers with '^', as in cm^2; scale the value, not the unit.]
    `);
    expect(() => parseUnit('ms^(1/3)')).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-unit]: the exponent of a unit is a whole number or a half
          ms^(1/3)
             ^^^^^
        Write it as cm^2, ms^-1 or ms^(-1/2).]
    `);
    expect(() => parseUnit('1/(mV')).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [unknown-unit]: this '(' is never closed
          1/(mV
            ^
        Add a ')'.]
    `);
  });
});

describe('values', () => {
  it('come to coherent units with one rounding', () => {
    expect(toCoherent(0.1, parseUnit('mS'))).toBe(1e5);
    expect(toCoherent(0.3, parseUnit('Mohm'))).toBe(0.3 / 1000);
    expect(toCoherent(100, parseUnit('Hz'))).toBe(0.1);
    expect(toCoherent(36, parseUnit('mS/cm^2'))).toBe(0.36);
    expect(fromCoherent(0.1, parseUnit('Hz'))).toBe(100);
    expect(fromCoherent(250, parseUnit('nA'))).toBe(0.25);
    expect(toCoherent(6, parseUnit('1/min'))).toBe(1e-4);
  });

  it('go there and back', () => {
    const units = ['mV', 'V', 'nS', 'uS', 'Mohm', 'Hz', 'mS/cm^2', '1/h'].map(parseUnit);
    fc.assert(
      fc.property(fc.constantFrom(...units), fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (unit, value) => {
        const back = fromCoherent(toCoherent(value, unit), unit);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -51);
      }),
      { seed: 1 },
    );
  });
});

describe('dimensions', () => {
  const exponent = fc.integer({ min: -6, max: 6 }).map((n) => n / 2);
  const dimension: fc.Arbitrary<Dimension> = fc.tuple(exponent, exponent, exponent, exponent, exponent, exponent);

  it('print as a unit that reads back with scale 1', () => {
    fc.assert(
      fc.property(dimension, (d) => {
        const unit = parseUnit(printDimension(d));
        expect(unit.scale).toBe(1);
        expect(sameDimension(unit.dimension, d)).toBe(true);
      }),
      { seed: 1 },
    );
  });

  it('multiply, divide and take powers', () => {
    const [mV, ms] = [parseUnit('mV').dimension, parseUnit('ms').dimension];
    expect(printDimension(divideDimensions(mV, ms))).toBe('mV/ms');
    expect(multiplyDimensions(divideDimensions(mV, ms), ms)).toEqual(mV);
    expect(powerDimension(powerDimension(mV, 3), 1 / 3)).toEqual(mV);
    expect(powerDimension(mV, 0)).toEqual(DIMENSIONLESS);
    expect(powerDimension(ms, -1)).toEqual(parseUnit('1/ms').dimension);
    expect(printDimension(powerDimension(ms, 0.1))).toBe('ms^(0.1)');
    expect(sameDimension(mV, ms)).toBe(false);
  });
});
