// Writes what is printed from the sources: schema/*.json and models/*.yaml. npm run texts
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedTexts } from './publishedTexts.ts';

const texts = publishedTexts();
for (const folder of ['schema', 'models']) {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (!texts.has(join(folder, file))) rmSync(join(folder, file));
}
for (const [path, text] of texts) writeFileSync(path, text);
