import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FOLDER, type GalleryFile, gallery } from '../scripts/gallery.ts';

/** Drawn by hand. */
const OTHERS = ['house.svg'];

describe('the gallery', async () => {
  const files: GalleryFile[] = [];
  for await (const file of gallery()) files.push(file);

  // `npm run gallery` makes them anew.
  it.each(files)('$name is what the examples give', ({ name, content }) => {
    const isSame = Buffer.from(content).equals(readFileSync(FOLDER + name));
    expect(isSame).toBe(true);
  });

  it('has no other pictures, and none that is large', () => {
    expect([...files.map(({ name }) => name), ...OTHERS].sort()).toEqual(readdirSync(FOLDER).sort());
    for (const { name, content } of files) expect(content.length, name).toBeLessThan(name.endsWith('.gif') ? 1_500_000 : 250_000);
  });
});
