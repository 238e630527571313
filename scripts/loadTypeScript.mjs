import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

/** A loader hook: strips the types of `.ts` files, which Node 20 can't do by itself. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const file = fileURLToPath(url);
  const { code } = await transform(await readFile(file, 'utf8'), { loader: 'ts', sourcefile: file, sourcemap: 'inline', target: 'es2022' });
  return { format: 'module', source: code, shortCircuit: true };
}
