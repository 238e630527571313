import { describe, expect, it } from 'vitest';
import { colorMap, hexOf } from './colorMap.ts';
import { plotHeatMap } from './heatMap.ts';
import { THEMES } from './theme.ts';

const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);

/** Stroke and data of the paths of each map. */
function cells(svg: string): Record<string, string>[] {
  return [...svg.matchAll(/<g [^>]*>(.*?)<\/g>/gs)].map(([, content]) =>
    Object.fromEntries([...content.matchAll(/<path d="([^"]*)" stroke="([^"]*)"/g)].map(([, data, color]) => [color, data])),
  );
}

const [lowest, middle, highest] = [0, 128, 255].map((i) => hexOf(colorMap('lagoon'), i));

describe('a heat map', () => {
  it('draws each cell in the colour of its value, runs of one colour in one stroke', () => {
    const svg = plotHeatMap([{ rows: 2, columns: 3, values: [0, 0, 10, Number.NaN, 10, 0] }], { quantity: 'v (mV)' });
    expect(cells(svg)).toEqual([{ [lowest]: 'M0 .5h2m0 1h1', [highest]: 'M2 .5h1m-2 1h1', [THEMES.light.grid]: 'M0 1.5h1' }]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['row', 'column', 'v (mV)', '10']));
  });

  it('has one range for all maps; values beyond a range get the colours of its ends', () => {
    const map = (values: readonly number[], label: string) => ({ label, rows: 1, columns: 2, values });
    const both = [map([0, 5], 'first'), map([10, 10], 'second')];
    expect(cells(plotHeatMap(both))).toEqual([{ [lowest]: 'M0 .5h1', [middle]: 'M1 .5h1' }, { [highest]: 'M0 .5h2' }]);
    expect(texts(plotHeatMap(both))).toEqual(expect.arrayContaining(['first', 'second']));
    expect(cells(plotHeatMap(both, { range: [6, 7] }))[0]).toEqual({ [lowest]: 'M0 .5h2' });
  });

  it('puts 0 in the middle of a diverging map', () => {
    const svg = plotHeatMap([{ rows: 1, columns: 2, values: [0, 3] }], { map: 'balance' });
    expect(Object.keys(cells(svg)[0])).toEqual([hexOf(colorMap('balance'), 128), hexOf(colorMap('balance'), 255)]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['\u22122', '2']));
    expect(plotHeatMap([{ rows: 1, columns: 2, values: [0, 3] }], { map: 'diverging' })).toBe(svg);
  });

  it('stays small however large the lattice is: means of squares of cells', () => {
    const values = Float64Array.from({ length: 1000 * 1000 }, (_, i) => Math.sin(i * i));
    const svg = plotHeatMap([{ rows: 1000, columns: 1000, values }]);
    expect(svg.length).toBeLessThan(500_000);
    expect(texts(svg)).toEqual(expect.arrayContaining(['(means of 5 × 5 cells)', '800']));
    const halves = Float64Array.from({ length: 300 * 300 }, (_, i) => (i % 300 < 150 ? 1 : 2));
    expect(cells(plotHeatMap([{ rows: 300, columns: 300, values: halves }]))[0]).toHaveProperty(lowest);
  });

  it.each([
    ['no map', []],
    ['one cell', [{ rows: 1, columns: 1, values: [3] }]],
    ['one row', [{ rows: 1, columns: 1000, values: new Float32Array(1000) }]],
    ['one column', [{ rows: 50, columns: 1, values: new Float32Array(50) }]],
    ['nothing finite', [{ rows: 1, columns: 2, values: [Number.NaN, Number.NaN] }]],
  ])('is a sound picture of %s', (_, maps) => {
    expect(plotHeatMap(maps)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('refuses values that do not fit, and ranges that are none', () => {
    expect(() => plotHeatMap([{ rows: 2, columns: 2, values: [1, 2, 3] }])).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: a heat map of 2 x 2 cells can't show 3 values
        Give one value for each cell, row by row.]
    `);
    expect(() => plotHeatMap([{ rows: 1, columns: 1, values: [1] }], { range: [3, 3] })).toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: a colour map can't go from 3 to 3
        Give two numbers, the lower one first: range: [-80, 30].]
    `);
  });
});
