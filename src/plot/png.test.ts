import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { plotLines } from './lines.ts';
import { renderPng } from './png.ts';

interface Image {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** PNG of 8 bits RGBA, as resvg writes it. */
function decode(png: Uint8Array): Image {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data: Uint8Array[] = [];
  for (let at = 8; at < png.length; at += view.getUint32(at) + 12) {
    if (String.fromCharCode(...png.subarray(at + 4, at + 8)) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  expect([...png.subarray(24, 26)]).toEqual([8, 6]);
  return { width, height, rgba: unfiltered(inflateSync(Buffer.concat(data)), width * 4, height) };
}

function unfiltered(rows: Uint8Array, length: number, height: number): Uint8Array {
  const out = new Uint8Array(length * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (length + 1)];
    for (let i = 0; i < length; i++) {
      const a = i >= 4 ? out[y * length + i - 4] : 0;
      const b = y > 0 ? out[(y - 1) * length + i] : 0;
      const c = i >= 4 && y > 0 ? out[(y - 1) * length + i - 4] : 0;
      const paeth = [a, b, c].reduce((best, p) => (Math.abs(a + b - c - p) < Math.abs(a + b - c - best) ? p : best));
      out[y * length + i] = rows[y * (length + 1) + 1 + i] + [0, a, b, (a + b) >> 1, paeth][filter];
    }
  }
  return out;
}

/** How many pixels differ from the first. */
function inked({ rgba }: Image): number {
  let count = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if ([0, 1, 2].some((k) => rgba[i + k] !== rgba[k])) count++;
  }
  return count;
}

const text = (content: string, weight = 400): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="20"><rect width="200" height="20" fill="#fff"/><text y="15" font-family="Inter" font-weight="${weight}">${content}</text></svg>`;

describe('a PNG image', () => {
  const svg = plotLines([{ title: 'a', quantity: 'v (mV)', series: [{ label: 's', times: [0, 1], values: [0, 1] }] }]);

  it('has the size of the picture, times the scale, its ground and its curves', async () => {
    const image = decode(await renderPng(svg, { scale: 1 }));
    const height = Number(/ height="(\d+)"/.exec(svg)?.[1]);
    expect([image.width, image.height]).toEqual([760, height]);
    expect([...image.rgba.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
    expect(inked(image)).toBeGreaterThan(2000);
    expect(decode(await renderPng(svg)).width).toBe(1520);
  });

  it('has the same bytes each time', async () => {
    expect(await renderPng(svg)).toEqual(await renderPng(svg));
  });

  it('has text in the font of the package, all signs that pictures use among it', async () => {
    const ink = async (content: string, weight?: number) => inked(decode(await renderPng(text(content, weight))));
    const missing = await ink('\u{1f9e0}');
    for (const sign of 'aZ0µΩ²³⁻¹⁹×·\u2212–…→éß') expect(await ink(sign), sign).not.toBe(missing);
    expect(await ink('voltage', 600)).toBeGreaterThan(1.05 * (await ink('voltage')));
  });

  it('refuses what is no picture, and sizes that can’t be', async () => {
    await expect(renderPng('<svg')).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [input-output]: can't draw the picture as PNG: SVG data parsing failed cause the document does not have a root node
        Give the whole text of an SVG picture, in Node or in a page, not in a worker.]
    `);
    await expect(renderPng(svg, { scale: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SpikeloomError [invalid-value]: a picture can't be drawn at a scale of 0
        Give a number above 0, at most 8.]
    `);
  });
});
