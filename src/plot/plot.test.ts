import { describe, expect, it } from 'vitest';
import { tickLabel } from './axes.ts';
import { plotLines } from './lines.ts';
import { plotRaster } from './raster.ts';
import { linearScale, niceTicks } from './scale.ts';

/** The drawn curves or strokes, in order. */
function paths(svg: string): string[] {
  return [...svg.matchAll(/<path d="([^"]*)"/g)].map((m) => m[1]);
}

function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);
}

describe('ticks', () => {
  it.each([
    [0, 1000, 8, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]],
    [-78, 40, 5, [-60, -40, -20, 0, 20, 40]],
    [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
    [1e-9, 4e-9, 4, [1e-9, 2e-9, 3e-9, 4e-9]],
  ])('from %d to %d', (low, high, wanted, ticks) => {
    expect(niceTicks(low, high, wanted)).toEqual(ticks);
  });

  it.each([
    [-65, '\u221265'],
    [1e26, '1e26'],
    [1234567890, '1.23457e9'],
    [-2e-9, '\u22122e\u22129'],
  ])('%d is labelled %s', (value, label) => {
    expect(tickLabel(value)).toBe(label);
  });

  it('lie around a constant, whatever its size', () => {
    for (const value of [0, -65, 1e12]) {
      const scale = linearScale(value, value, 0, 100, 5);
      expect(scale(value)).toBeCloseTo(50);
      expect(scale.ticks.length).toBeGreaterThan(2);
    }
  });
});

describe('a line plot', () => {
  const times = Float64Array.from({ length: 100_000 }, (_, i) => i * 0.01);

  it('keeps extremes and stays small however many samples there are', () => {
    const values = times.map((t) => Math.sin(t));
    values[54_321] = 100;
    const [curve] = paths(plotLines([{ title: 'a', quantity: 'v (mV)', series: [{ label: 's', times, values }] }]));
    expect(curve.length).toBeLessThan(100_000);
    const heights = curve
      .slice(1)
      .split('L')
      .map((point) => Number(point.split(' ')[1]));
    const top = Math.min(...heights);
    expect(heights.filter((y) => y < top + 50)).toHaveLength(1);
  });

  it('leaves a gap where a value is not finite', () => {
    const values = [0, 1, Number.NaN, 1, Number.POSITIVE_INFINITY, 0];
    const svg = plotLines([{ title: 'a', quantity: 'v', series: [{ label: 's', times: [0, 1, 2, 3, 4, 5], values }] }]);
    expect(paths(svg)[0].match(/M/g)).toHaveLength(3);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('names axes, panels and, where there are several, series; one time axis for all panels', () => {
    const series = ['one', 'two <&>'].map((label) => ({ label, times: [0, 10], values: [0, 1] }));
    const svg = plotLines([
      { title: 'first', quantity: 'v (mV)', series },
      { title: 'second', quantity: 'g (nS)', series: [{ label: 'alone', times: [0, 20], values: [0, 1] }] },
    ]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['first', 'second', 'v (mV)', 'g (nS)', 'one', 'two &lt;&amp;&gt;']));
    expect(texts(svg)).not.toContain('alone');
    expect(texts(svg).filter((t) => t === 'time (ms)')).toHaveLength(1);
    expect(texts(svg).filter((t) => t === '20')).toHaveLength(2);
  });

  it('keeps a long legend clear of the title and within the picture', () => {
    const series = Array.from({ length: 12 }, (_, i) => ({ label: `population number ${i}`, times: [0, 1], values: [0, i] }));
    const svg = plotLines([{ title: 'means', quantity: 'v', series }]);
    const keys = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>(means|population number \d+)</g)].map((m) => ({
      x: Number(m[1]),
      y: Number(m[2]),
      name: m[3],
    }));
    const [heading, ...entries] = keys;
    expect(heading.name).toBe('means');
    expect(entries).toHaveLength(12);
    for (const { x, y } of entries) {
      expect(y).toBeGreaterThan(heading.y);
      expect(x).toBeLessThan(700);
    }
  });
});

describe('a raster', () => {
  it('puts each spike on the line of its cell, populations below each other', () => {
    const svg = plotRaster(
      'spikes',
      [
        { label: 'a', size: 2, times: [0, 100], cells: [0, 1] },
        { label: 'b', size: 1, times: [50], cells: [0] },
        { label: 'silent', size: 4, times: [], cells: [] },
      ],
      100,
    );
    const strokes = paths(svg).map((d) =>
      d
        .slice(1)
        .split('M')
        .map((s) => s.split(/[ v]/).map(Number)),
    );
    const [[first, second], [third]] = strokes;
    expect(first[0]).toBeLessThan(third[0]);
    expect(third[0]).toBeLessThan(second[0]);
    expect(first[1]).toBeLessThan(second[1]);
    expect(second[1]).toBeLessThan(third[1]);
    expect(strokes).toHaveLength(2);
    expect(texts(svg)).toEqual(expect.arrayContaining(['a', '2 cells', 'b', '1 cell', 'silent', '4 cells', 'time (ms)']));
  });

  it('stays small however many spikes there are', () => {
    const count = 1_000_000;
    const cells = Uint32Array.from({ length: count }, (_, i) => (i * 7919) % 100_000);
    const times = Float64Array.from({ length: count }, (_, i) => i / 1000);
    expect(plotRaster('spikes', [{ label: 'many', size: 100_000, times, cells }], 1000).length).toBeLessThan(12_000_000);
    const again = Float64Array.from({ length: count }, (_, i) => Math.floor(i / 1000));
    const few = plotRaster('spikes', [{ label: 'few', size: 10, times: again, cells: cells.map((c) => c % 10) }], 1000);
    expect(few.length).toBeLessThan(200_000);
  });
});
