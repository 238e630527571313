import { describe, expect, it } from 'vitest';
import { glyphs } from '../../scripts/glyphs.ts';
import { colorMap } from './colorMap.ts';
import { renderGif } from './gif.ts';
import { GLYPHS } from './glyphs.ts';
import { THEMES } from './theme.ts';

interface Frame {
  /** 1/100 s. */
  readonly delay: number;
  readonly transparent: number | undefined;
  readonly pixels: readonly number[];
}

interface Animation {
  readonly width: number;
  readonly height: number;
  readonly palette: readonly (readonly number[])[];
  readonly frames: readonly Frame[];
}

/** GIF89a, written from its specification. */
function decode(gif: Uint8Array): Animation {
  const word = (at: number): number => gif[at] | (gif[at + 1] << 8);
  expect(String.fromCharCode(...gif.subarray(0, 6))).toBe('GIF89a');
  const colors = 2 << (gif[10] & 7);
  const palette = Array.from({ length: colors }, (_, i) => [...gif.subarray(13 + i * 3, 16 + i * 3)]);
  const frames: Frame[] = [];
  let at = 13 + colors * 3;
  let [delay, transparent]: [number, number | undefined] = [0, undefined];
  const blocks = (): number[] => {
    const data: number[] = [];
    for (; gif[at] !== 0; at += gif[at] + 1) data.push(...gif.subarray(at + 1, at + 1 + gif[at]));
    at += 1;
    return data;
  };
  while (gif[at] !== 0x3b) {
    if (gif[at] === 0x21) {
      if (gif[at + 1] === 0xf9) [delay, transparent] = [word(at + 4), gif[at + 3] & 1 ? gif[at + 6] : undefined];
      at += 2;
      blocks();
    } else {
      expect(gif[at]).toBe(0x2c);
      const bits = gif[at + 10];
      at += 11;
      frames.push({ delay, transparent, pixels: unpacked(blocks(), bits) });
    }
  }
  expect(at).toBe(gif.length - 1);
  return { width: word(6), height: word(8), palette, frames };
}

/** LZW of codes that grow up to 12 bits. */
function unpacked(data: readonly number[], bits: number): number[] {
  const [clear, end] = [1 << bits, (1 << bits) + 1];
  let table: number[][] = [];
  const pixels: number[] = [];
  let size = bits + 1;
  let before: readonly number[] | undefined;
  for (let at = 0; ; ) {
    let code = 0;
    for (let i = 0; i < size; i++, at++) code |= ((data[at >> 3] >> (at & 7)) & 1) << i;
    if (code === end) return pixels;
    if (code === clear) {
      table = Array.from({ length: end + 1 }, (_, i) => [i]);
      [size, before] = [bits + 1, undefined];
      continue;
    }
    const entry = table[code] ?? [...before!, before![0]];
    pixels.push(...entry);
    if (before && table.length < 4096) table.push([...before, entry[0]]);
    if (table.length === 1 << size && size < 12) size += 1;
    before = entry;
  }
}

const frame = (values: readonly number[], label = '') => ({ label, rows: 2, columns: 2, values });

/** What is seen after each frame. */
function shown({ frames }: Animation): number[][] {
  const screen: number[] = [];
  return frames.map(({ pixels, transparent }) => {
    pixels.forEach((p, i) => {
      if (p !== transparent) screen[i] = p;
    });
    return [...screen];
  });
}

describe('an animated GIF', () => {
  it('has a frame for each lattice, cells in exactly the colours of the map, and 1/50 s or more a frame', async () => {
    const gif = decode(await renderGif([frame([0, 1, 2, 3], 'a'), frame([3, 3, 2, Number.NaN], 'b')], { cell: 4, fps: 10 }));
    expect(gif.frames.map(({ delay, pixels }) => [delay, pixels.length])).toEqual([
      [10, gif.width * gif.height],
      [10, gif.width * gif.height],
    ]);
    const screens = shown(gif);
    // The corners of the lattice are 4 pixels wide each and begin below the label.
    const cellAt = (screen: number[], row: number, column: number) =>
      [0, 3].flatMap((dy) => [0, 3].map((dx) => gif.palette[screen[(12 + 17 + 6 + row * 4 + dy) * gif.width + 12 + column * 4 + dx]]));
    const map = colorMap('lagoon');
    const color = (value: number) => Array.from(map.subarray(3 * Math.round((255 * value) / 3)).subarray(0, 3));
    for (const [k, values] of [
      [0, 1, 2, 3],
      [3, 3, 2, undefined],
    ].entries()) {
      values.forEach((value, i) => {
        const seen = cellAt(screens[k], i >> 1, i & 1);
        const expected = value === undefined ? [0xe8, 0xeb, 0xef] : color(value);
        for (const rgb of seen) expect(Math.max(...rgb.map((c, j) => Math.abs(c - expected[j])))).toBeLessThanOrEqual(2);
      });
    }
  });

  it('shows the quantity, labels and the ends of the range as text, on the ground of the theme', async () => {
    const gif = decode(await renderGif([frame([0, 1, 2, 3], '0 ms'), frame([0, 1, 2, 3], '20 ms')], { quantity: 'v (mV)', theme: 'dark', cell: 20 }));
    const [first, second] = shown(gif);
    const ground = [1, 3, 5].map((i) => Number.parseInt(THEMES.dark.background.slice(i, i + 2), 16));
    expect(gif.palette[first[0]]).toEqual(ground);
    const differ = [...first.keys()].filter((i) => first[i] !== second[i]);
    expect(differ.length).toBeGreaterThan(10);
    // Only the label, in the line above the lattice, has changed.
    for (const i of differ) expect(Math.floor(i / gif.width)).toBeLessThan(12 + 17 + 6);
    const inked = (from: number, to: number) =>
      [...first.keys()].filter(
        (i) => i % gif.width >= from && i % gif.width < to && i / gif.width < 30 && gif.palette[first[i]].join() !== ground.join(),
      ).length;
    expect(inked(12, 60)).toBeGreaterThan(40);
  });

  it('has the same bytes each time, and few for what does not change', async () => {
    const still = Array.from({ length: 50 }, () => frame([0, 1, 2, 3]));
    const [a, b] = [await renderGif(still), await renderGif(still)];
    expect(a).toEqual(b);
    expect(a.length).toBeLessThan((await renderGif(still.slice(0, 1))).length * 20);
  });

  it('shows a large lattice as means of squares', async () => {
    const gif = decode(await renderGif([{ rows: 2000, columns: 1500, values: new Float32Array(3_000_000).fill(1) }]));
    expect(gif.height).toBeLessThan(700);
  });

  it('refuses no frames, frames of other sizes, and speeds and sizes that can’t be', async () => {
    await expect(renderGif([])).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: an animation of no frames
        Record the lattice before the run, at some samples.]
    `);
    await expect(renderGif([frame([1, 2, 3, 4]), { rows: 1, columns: 1, values: [1] }])).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-shape]: frame 1 has 1 x 1 cells, the first 2 x 2
        All frames of an animation have one size.]
    `);
    await expect(renderGif([frame([1, 2, 3, 4])], { fps: 1000 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: 1000 frames a second
        Give a number from 0.1 to 50.]
    `);
    await expect(renderGif([frame([1, 2, 3, 4])], { cell: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: 0 pixels a cell
        Give a number from 1 to 64.]
    `);
  });
});

it('the characters of animations are those of the font of the package', () => {
  expect(GLYPHS).toEqual(glyphs());
});
