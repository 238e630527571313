import { describe, expect, it } from 'vitest';
import { prettyUnit, tickLabels, valueLabel, withUnit } from './labels.ts';
import { type LinePlot, plotLines } from './lines.ts';
import { plotRaster } from './raster.ts';
import { linearScale, niceTicks } from './scale.ts';
import { fitted, PathData, textWidth } from './svg.ts';
import { plotTrajectories } from './trajectories.ts';

type Point = readonly [x: number, y: number];

/** The pieces of each path, as points, in order: `h` adds the end of a stroke. */
function paths(svg: string): Point[][][] {
  return [...svg.matchAll(/<path d="([^"]*)"/g)].map(([, data]) => piecesOf(data));
}

function piecesOf(data: string): Point[][] {
  const pieces: Point[][] = [];
  let at: Point = [0, 0];
  for (const [, command, rest] of data.matchAll(/([Mmlh])([^Mmlh]*)/g)) {
    const numbers = [...rest.matchAll(/-?\d*\.?\d+/g)].map(Number);
    for (let i = 0; i < numbers.length; i += command === 'h' ? 1 : 2) {
      at = [at[0] + numbers[i], command === 'h' ? at[1] : at[1] + numbers[i + 1]];
      if (i === 0 && command.toLowerCase() === 'm') pieces.push([]);
      pieces[pieces.length - 1].push(at);
    }
  }
  return pieces;
}

function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);
}

const line = (values: readonly number[], times: readonly number[] = values.map((_, i) => i)): LinePlot => ({
  title: 'a',
  quantity: 'v (mV)',
  series: [{ label: 's', times, values }],
});

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
    [[-65], ['\u221265']],
    [
      [0, 0.5, 1],
      ['0.0', '0.5', '1.0'],
    ],
    [
      [0, 5e-10, 1e-9],
      ['0', '5×10⁻¹⁰', '1×10⁻⁹'],
    ],
    [[1e26], ['1×10²⁶']],
    [[-2.5e-9], ['\u22122.5×10⁻⁹']],
  ])('%j are labelled %j', (values, labels) => {
    expect(tickLabels(values)).toEqual(labels);
  });

  it('lie around a constant, whatever its size', () => {
    for (const value of [0, -65, 1e12]) {
      const scale = linearScale(value, value, 0, 100, 5);
      expect(scale(value)).toBeCloseTo(50);
      expect(scale.ticks.length).toBeGreaterThan(2);
      expect(new Set(tickLabels(scale.ticks)).size).toBe(scale.ticks.length);
    }
  });

  it('one value is short', () => {
    expect([0.1 + 0.2, 1234.5678, 12].map(valueLabel)).toEqual(['0.3', '1235', '12']);
  });
});

describe('units', () => {
  it.each([
    ['uA/cm^2', 'µA/cm²'],
    ['1/(mV*ms)', '1/(mV·ms)'],
    ['1/(ms mV)', '1/(ms·mV)'],
    ['ms^-1', 'ms⁻¹'],
    ['Mohm', 'MΩ'],
    ['mV', 'mV'],
  ])('%s is printed %s', (unit, printed) => {
    expect(prettyUnit(unit)).toBe(printed);
  });

  it('stand after the quantity, but for pure numbers', () => {
    expect([withUnit('v', 'mV'), withUnit('k.n', '1')]).toEqual(['v (mV)', 'k.n']);
  });
});

describe('text', () => {
  it('is measured and cut to a width', () => {
    expect(textWidth('iiii')).toBeLessThan(textWidth('mmmm'));
    expect(fitted('short', 100)).toBe('short');
    const cut = fitted('a population with a very long name', 100);
    expect(cut).toMatch(/^a popul.*…$/);
    expect(textWidth(cut)).toBeLessThanOrEqual(100);
  });
});

describe('path data', () => {
  it('gives each point by its distance from the last, without adding up rounding', () => {
    const path = new PathData();
    path.move(1.04, 2);
    for (let i = 1; i <= 1000; i++) path.line(1.04 + i * 0.04, 2 - i * 0.3);
    path.stroke(5, 6, 0.5);
    expect(path.toString()).toMatch(/^M1 2l\.1-\.3 0-\.3/);
    const [curve, stroke] = piecesOf(path.toString());
    expect(curve[1000][0]).toBeCloseTo(41, 6);
    expect(curve[1000][1]).toBeCloseTo(-298, 6);
    expect(stroke.flat()).toEqual([5, 6, 5.5, 6].map((n) => expect.closeTo(n, 6)));
  });
});

describe('a line plot', () => {
  it('keeps extremes and stays small however many samples there are', () => {
    const times = Float64Array.from({ length: 1_000_000 }, (_, i) => i * 0.001);
    const values = times.map((t) => Math.sin(t));
    values[543_210] = 100;
    const svg = plotLines([{ title: 'a', quantity: 'v (mV)', series: [{ label: 's', times, values }] }]);
    expect(svg.length).toBeLessThan(60_000);
    const heights = paths(svg)[0]
      .flat()
      .map(([, y]) => y);
    const top = Math.min(...heights);
    expect(heights.filter((y) => y < top + 50)).toHaveLength(1);
  });

  it('leaves a gap where a value is not finite, and shows a sample between two as a dot', () => {
    const svg = plotLines([line([0, 1, Number.NaN, 1, Number.POSITIVE_INFINITY, 0, 0])]);
    const [curve, dots] = paths(svg);
    expect(curve.map((piece) => piece.length)).toEqual([2, 2]);
    expect(dots).toHaveLength(1);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('keeps a gap within half a pixel', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => (i === 50_000 ? Number.NaN : Math.sin(i / 1000)));
    expect(paths(plotLines([line(values)]))[0]).toHaveLength(2);
  });

  it.each([
    ['no panel', []],
    ['no series', [{ title: 'a', quantity: 'v', series: [] }]],
    ['no sample', [line([])]],
    ['one sample', [line([1])]],
    ['a constant', [line([-65, -65, -65])]],
    ['nothing finite', [line([Number.NaN, Number.NaN])]],
  ])('is a sound picture of %s', (_, plots) => {
    expect(plotLines(plots)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('names axes, panels and, where there are several, series; one time axis for all panels', () => {
    const series = ['one', 'two <&>\u0000'].map((label) => ({ label, times: [0, 10], values: [0, 1] }));
    const svg = plotLines(
      [
        { title: 'first', quantity: 'v (mV)', series },
        { title: 'second', quantity: 'g (nS)', series: [{ label: 'alone', times: [0, 20], values: [0, 1] }] },
      ],
      { title: 'both' },
    );
    expect(texts(svg)).toEqual(expect.arrayContaining(['both', 'first', 'second', 'v (mV)', 'g (nS)', 'one', 'two &lt;&amp;&gt;']));
    expect(texts(svg)).not.toContain('alone');
    expect(texts(svg).filter((t) => t === 'time (ms)')).toHaveLength(1);
    expect(texts(svg).filter((t) => t === '20')).toHaveLength(2);
  });

  it('shows long times in seconds', () => {
    const svg = plotLines([line([0, 1], [0, 60_000])]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['time (s)', '60']));
  });

  it('begins at 0, but where only the end was kept', () => {
    const ticks = (start: number) => texts(plotLines([line([0, 1], [start, 1000])]));
    expect(ticks(400)).toContain('0');
    expect(ticks(900)).toContain('920');
    expect(ticks(900)).not.toContain('200');
    const late = [{ label: 'a', size: 1, times: [900, 950], cells: [0, 0] }];
    expect(texts(plotRaster(late, { end: 1000 }))).toContain('200');
    expect(texts(plotRaster(late, { start: 900, end: 1000 }))).toContain('920');
  });

  it('keeps a long legend clear of the title and within the picture', () => {
    const series = Array.from({ length: 12 }, (_, i) => ({ label: `population number ${i}`, times: [0, 1], values: [0, i] }));
    const svg = plotLines([{ title: 'means', quantity: 'v', series }]);
    const keys = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>(means|population number \d+)</g)].map((m) => ({
      x: Number(m[1]),
      y: Number(m[2]),
      name: m[3],
    }));
    const heading = keys.find(({ name }) => name === 'means');
    const entries = keys.filter(({ name }) => name !== 'means');
    expect(entries).toHaveLength(12);
    for (const { x, y, name } of entries) {
      expect(y).toBeGreaterThan(heading!.y);
      expect(x + textWidth(name)).toBeLessThan(760);
    }
    // More series than colours: the others are dashed.
    expect(new Set(svg.match(/<path [^>]*stroke="#[^>]*/g)?.map((p) => p.replace(/ d="[^"]*"/, ''))).size).toBe(12);
  });

  it('draws bands, in pieces around gaps', () => {
    const times = [0, 1, 2, 3, 4];
    const bands = [{ label: 'half', times, low: [0, 0, Number.NaN, 0, 0], high: [1, 1, 1, 1, 2] }];
    const svg = plotLines([{ ...line([0.5, 0.5, 0.5, 0.5, 1]), bands }]);
    expect(paths(svg)[0].map((piece) => piece.length)).toEqual([4, 4]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['s', 'half']));
  });
});

describe('a raster', () => {
  it('puts each spike on the line of its cell, populations below each other', () => {
    const svg = plotRaster(
      [
        { label: 'a', size: 2, times: [0, 100], cells: [0, 1] },
        { label: 'b', size: 1, times: [50], cells: [0] },
        { label: 'silent', size: 4, times: [], cells: [] },
      ],
      { end: 100 },
    );
    const [[[first], [second]], [[third]], ...others] = paths(svg);
    expect(others).toHaveLength(0);
    expect(first[0]).toBeLessThan(third[0]);
    expect(third[0]).toBeLessThan(second[0]);
    expect(first[1]).toBeLessThan(second[1]);
    expect(second[1]).toBeLessThan(third[1]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['a', '2 cells', 'b', '1 cell', 'silent', '4 cells', 'time (ms)']));
  });

  it('is a sound picture of nothing', () => {
    for (const rows of [[], [{ label: 'a', size: 0, times: [], cells: [] }]]) expect(plotRaster(rows)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('stays small however many spikes there are, and shows by shades where they are', () => {
    const count = 1_000_000;
    const times = Float64Array.from({ length: count }, (_, i) => i / 1000);
    // Most of the later spikes are of the upper half of the cells.
    const cells = Uint32Array.from({ length: count }, (_, i) => ((i * 7919) % 100_000) >> (i > count / 2 && i % 10 > 0 ? 1 : 0));
    const svg = plotRaster([{ label: 'many', size: 100_000, times, cells }]);
    expect(svg.length).toBeLessThan(1_000_000);
    const strokes = [...svg.matchAll(/<path [^>]*d="([^"]*)" stroke-opacity="([\d.]+)"/g)].flatMap(([, data, opacity]) =>
      piecesOf(data).map(([[x, y], [end]]) => ({ x, y, length: end - x, opacity: Number(opacity) })),
    );
    const inkOf = (upper: boolean): number =>
      strokes.filter(({ x, y }) => x > 450 && y < 218 === upper).reduce((sum, { length, opacity }) => sum + length * opacity, 0);
    expect(inkOf(true)).toBeGreaterThan(3 * inkOf(false));
    const few = plotRaster([{ label: 'few', size: 10, times, cells: cells.map((c) => c % 10) }]);
    expect(few.length).toBeLessThan(50_000);
  });
});

describe('trajectories', () => {
  it('are drawn once, however often a closed orbit is gone through', () => {
    const turn = (turns: number, f: (phase: number) => number) => Float64Array.from({ length: 1000 * turns + 1 }, (_, i) => f((i * Math.PI) / 500));
    const orbit = (turns: number) => plotTrajectories([{ label: 'a', x: turn(turns, Math.cos), y: turn(turns, Math.sin) }], { x: 'v (mV)', y: 'w' });
    expect(orbit(50).length).toBeLessThan(orbit(1).length * 1.1);
    expect(texts(orbit(1))).toEqual(expect.arrayContaining(['v (mV)', 'w']));
    const [curve] = paths(orbit(1));
    expect(curve).toHaveLength(1);
    expect(curve[0].length).toBeGreaterThan(500);
  });

  it('have gaps, and names where there are several', () => {
    const x = [0, 1, Number.NaN, 2, 3];
    const svg = plotTrajectories(
      [
        { label: 'cell 0', x, y: [0, 1, 2, 3, 4] },
        { label: 'cell 1', x: [0], y: [0] },
      ],
      { x: 'x', y: 'y' },
    );
    expect(paths(svg)[0]).toHaveLength(2);
    expect(texts(svg)).toEqual(expect.arrayContaining(['cell 0', 'cell 1']));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});
