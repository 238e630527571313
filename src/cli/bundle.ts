import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Message, PluginBuild } from 'esbuild';
import { SpikeloomError } from '../core/error.ts';

/** The modules of this installation that a network file may import by name: its models must be made by the same code that runs them. */
const OWN_MODULES: ReadonlyMap<string, string> = new Map([
  ['spikeloom', '../index.js'],
  ['spikeloom/models', '../models/index.js'],
  ['spikeloom/analysis', '../analysis/index.js'],
  ['spikeloom/attractors', '../attractors/index.js'],
  ['spikeloom/plot', '../plot/index.js'],
  ['spikeloom/text', '../text/index.js'],
]);

/** The text with own modules called by the names under which users import them. */
export function withOwnNames(text: string): string {
  return [...OWN_MODULES].reduce((result, [name, path]) => result.replaceAll(new URL(path, import.meta.url).href, name), text);
}

const TYPESCRIPT = /\.[cm]?tsx?$/;

/**
 * Makes one JavaScript module of a TypeScript or JavaScript file and what it imports by relative path. Packages stay imports, by
 * absolute address, so that the module runs wherever it lies.
 *
 * @throws SpikeloomError 'syntax' with file, line and column
 */
export async function bundle(file: string): Promise<string> {
  const { build } = await import('esbuild');
  const url = pathToFileURL(resolve(file));
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      sourceRoot: `${pathToFileURL('.').href}/`,
      logLevel: 'silent',
      // Files that lie beside the network are found although the module doesn't lie there.
      define: {
        'import.meta.url': JSON.stringify(url.href),
        'import.meta.filename': JSON.stringify(resolve(file)),
        'import.meta.dirname': JSON.stringify(dirname(resolve(file))),
      },
      plugins: [{ name: 'packages', setup: resolvePackages }],
    });
    return outputFiles[0].text;
  } catch (error) {
    throw bundleError(error, file);
  }
}

function resolvePackages(hooks: PluginBuild): void {
  hooks.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
    const own = OWN_MODULES.get(path);
    if (own) return { path: new URL(own, import.meta.url).href, external: true };
    if (kind === 'entry-point' || pluginData === 'resolving') return undefined;
    const found = await hooks.resolve(path, { kind, importer, resolveDir, pluginData: 'resolving' });
    if (found.errors.length > 0 || found.external || found.namespace !== 'file' || TYPESCRIPT.test(found.path)) return found;
    return { path: pathToFileURL(found.path).href, external: true };
  });
}

function bundleError(error: unknown, file: string): unknown {
  const failures = (error as { errors?: readonly Message[] }).errors;
  if (!failures || failures.length === 0) return error;
  return new SpikeloomError(
    failures.map(({ text, location }) => ({
      code: 'syntax' as const,
      message: text,
      path: [location ? `${location.file}:${location.line}:${location.column + 1}` : file],
      ...(location && { source: { text: location.lineText, span: { start: location.column, end: location.column + Math.max(1, location.length) } } }),
    })),
  );
}
