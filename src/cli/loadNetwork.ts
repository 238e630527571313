import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SpikeloomError } from '../core/error.ts';
import { Network } from '../network/network.ts';

/** The modules of this installation that a network file may import by name. */
const OWN_MODULES: Readonly<Record<string, string>> = {
  spikeloom: '../index.js',
  'spikeloom/models': '../models/index.js',
  'spikeloom/plot': '../plot/index.js',
};

/**
 * The network that a module exports: its default export, or its only export that is a network or a function making one.
 *
 * @throws SpikeloomError 'usage' where the file is missing, can't be read as code, or doesn't export one network
 */
export async function loadNetwork(file: string): Promise<Network> {
  if (!existsSync(file)) {
    throw new SpikeloomError({
      code: 'usage',
      message: `there is no file ${file}`,
      hint: 'Give a TypeScript or JavaScript module that exports a network.',
    });
  }
  if (!['.ts', '.mts', '.js', '.mjs'].includes(extname(file))) {
    throw new SpikeloomError({
      code: 'usage',
      message: `${file} is neither TypeScript nor JavaScript`,
      hint: 'Give a module (.ts, .mts, .js or .mjs) that exports a network.',
    });
  }
  return networkOf(await importBundled(file), file);
}

/**
 * Bundles the file with what it imports from beside it, so that TypeScript runs, and imports the result. It lies beside
 * the file for as long as that takes, so that packages are found where the file would find them.
 */
async function importBundled(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { build } = await import('esbuild');
  const own = {
    name: 'spikeloom',
    setup(hooks: import('esbuild').PluginBuild): void {
      hooks.onResolve({ filter: /^spikeloom(\/|$)/ }, ({ path }) =>
        path in OWN_MODULES ? { path: new URL(OWN_MODULES[path], import.meta.url).href, external: true } : undefined,
      );
    },
  };
  const folder = mkdtempSync(join(resolve(file, '..'), '.spikeloom-'));
  const bundle = join(folder, 'network.mjs');
  try {
    await build({
      entryPoints: [file],
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      sourcemap: 'inline',
      logLevel: 'silent',
      outfile: bundle,
      plugins: [own],
    }).catch((error: unknown) => {
      throw bundleError(error, file);
    });
    return (await import(pathToFileURL(bundle).href)) as Readonly<Record<string, unknown>>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bundleError(error: unknown, file: string): unknown {
  const failures = (error as { errors?: readonly import('esbuild').Message[] }).errors;
  if (!failures || failures.length === 0) return error;
  return new SpikeloomError(
    failures.map(({ text, location }) => ({
      code: 'usage' as const,
      message: text,
      path: [location ? `${location.file}:${location.line}:${location.column + 1}` : file],
      ...(location && { source: { text: location.lineText, span: { start: location.column, end: location.column + Math.max(1, location.length) } } }),
    })),
  );
}

function networkOf(module: Readonly<Record<string, unknown>>, file: string): Network {
  const exported = Object.entries(module).filter(([, value]) => value instanceof Network || typeof value === 'function');
  const chosen = 'default' in module ? module.default : exported.length === 1 ? exported[0][1] : undefined;
  if (chosen === undefined) {
    throw new SpikeloomError({
      code: 'usage',
      message: exported.length === 0 ? `${file} exports no network` : `${file} exports ${exported.map(([name]) => name).join(', ')}: which one?`,
      hint: 'Export one network, or a function that makes one; with several exports make it the default.',
    });
  }
  const network: unknown = typeof chosen === 'function' ? chosen() : chosen;
  if (network instanceof Network) return network;
  throw new SpikeloomError({
    code: 'usage',
    message: `${file} exports something that is not a network`,
    hint: "Export what 'new Network()' makes, or a function that returns it.",
  });
}

/** This package's version. */
export async function version(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
