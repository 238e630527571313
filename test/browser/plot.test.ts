import { type Network, type Recordings, simulate } from 'spikeloom';
import { animateLattice, plotLattice, plotMeans, plotPhasePlane, plotSpikes, plotTraces, renderPng } from 'spikeloom/plot';
import { describe, expect, it } from 'vitest';
import { interactingLattices } from '../../examples/interactingLattices.ts';
import { latticeWaves } from '../../examples/latticeWaves.ts';
import { morrisLecarStaticInput } from '../../examples/morrisLecarStaticInput.ts';

async function run(network: Network): Promise<Recordings> {
  const simulation = await simulate(network);
  await simulation.run();
  return simulation.recordings;
}

/** A picture as Node has made it. */
async function committed(name: string): Promise<string> {
  const response = await fetch(`/docs/pictures/${name}`);
  expect(response.ok).toBe(true);
  return response.text();
}

/** What the pictures have in common is left: their headings are given by the gallery. */
function headingOf(svg: string): string {
  return /<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? '';
}

describe('pictures in a page', () => {
  it('are those that Node makes, to the last character', async () => {
    const cell = await run(morrisLecarStaticInput());
    const lattices = await run(interactingLattices());
    const pictures: Readonly<Record<string, (title: string) => string | undefined>> = {
      'morris-lecar-static-input-dark.svg': (title) => plotTraces(cell, { theme: 'dark', title }),
      'morris-lecar-phase-plane.svg': (title) => plotPhasePlane(cell, 'cell', ['v', 'k.n'], { title }),
      'interacting-lattices.svg': (title) => plotMeans(lattices, { title }),
      'interacting-lattices-raster-dark.svg': (title) => plotSpikes(lattices, { theme: 'dark', end: 1000, title }),
    };
    for (const [name, draw] of Object.entries(pictures)) {
      const svg = await committed(name);
      expect(draw(headingOf(svg)), name).toBe(svg);
    }
  });

  it('of a lattice are the same as well, still and moving', async () => {
    const network = latticeWaves();
    const recordings = await run(network);
    const lattice = network.def.populations[0];
    const svg = await committed('lattice-waves.svg');
    expect(plotLattice(recordings, lattice, 'v', { map: 'ember', title: headingOf(svg) })).toBe(svg);
    const gif = new Uint8Array(await (await fetch('/docs/pictures/lattice-waves.gif')).arrayBuffer());
    const made = await animateLattice(recordings, lattice, 'v', { theme: 'dark', map: 'ember', frames: 60 });
    expect(made.length).toBe(gif.length);
    expect(made.every((byte, i) => byte === gif[i])).toBe(true);
  });

  it('become PNG images with text and curves', async () => {
    const svg = await committed('morris-lecar-phase-plane.svg');
    const image = await createImageBitmap(new Blob([(await renderPng(svg)).slice()], { type: 'image/png' }));
    const [width, height] = [/ width="(\d+)"/, / height="(\d+)"/].map((pattern) => Number(pattern.exec(svg)?.[1]));
    expect([image.width, image.height]).toEqual([width * 2, height * 2]);
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const inked = (left: number, top: number, right: number, bottom: number): number => {
      const { data } = context.getImageData(left * 2, top * 2, (right - left) * 2, (bottom - top) * 2);
      return data.reduce((n, value, i) => (i % 4 === 0 && value < 128 ? n + 1 : n), 0);
    };
    expect(inked(0, 0, width, 36)).toBeGreaterThan(500);
    expect(inked(100, 60, width - 30, height - 60)).toBeGreaterThan(1000);
  });

  it('that are none are refused', async () => {
    await expect(renderPng('<svg')).rejects.toThrow("can't draw the picture as PNG");
  });
});
