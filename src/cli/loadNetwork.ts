import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InternalError, SpikeloomError } from '../core/error.ts';
import { Network } from '../network/network.ts';
import { bundle, withOwnNames } from './bundle.ts';

export interface LoadedNetwork {
  readonly network: Network;
  /** From the file to one JavaScript module, ms. */
  readonly bundled: number;
  /** Running that module: defining models, putting the network together, ms. */
  readonly defined: number;
}

/**
 * The network that a module exports: its default export, or its only export that is a network or a function making one.
 *
 * @throws SpikeloomError 'usage' where there is no such file; 'syntax' where it can't be read as code; 'invalid-network' where it fails
 *   or doesn't export one network
 */
export async function loadNetwork(file: string): Promise<LoadedNetwork> {
  requireModule(file);
  const begin = performance.now();
  // The library's models load while another process bundles.
  const [code] = await Promise.all([bundle(file), import('../models/index.ts')]);
  const bundled = performance.now();
  const network = await networkOf(await userCode(file, () => importCode(code)), file);
  return { network, bundled: bundled - begin, defined: performance.now() - bundled };
}

function requireModule(file: string): void {
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  if (isFile && /^\.[cm]?[tj]s$/.test(extname(file))) return;
  throw new SpikeloomError({
    code: 'usage',
    message: isFile ? `${file} is neither TypeScript nor JavaScript` : `there is no file ${file}`,
    hint: 'Give a module (.ts or .js) that exports a network.',
  });
}

async function importCode(code: string): Promise<Readonly<Record<string, unknown>>> {
  // What goes wrong is told in lines of the user's own file.
  process.setSourceMapsEnabled(true);
  const folder = mkdtempSync(join(tmpdir(), 'spikeloom-'));
  try {
    const module = join(folder, 'network.mjs');
    writeFileSync(module, code);
    return (await import(pathToFileURL(module).href)) as Readonly<Record<string, unknown>>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function networkOf(module: Readonly<Record<string, unknown>>, file: string): Promise<Network> {
  const candidates = Object.entries(module).filter(([, value]) => value instanceof Network || typeof value === 'function');
  const chosen = 'default' in module ? module.default : candidates.length === 1 ? candidates[0][1] : undefined;
  const network = typeof chosen === 'function' ? await userCode(file, async () => (chosen as () => unknown)()) : chosen;
  if (network instanceof Network) return network;
  const names = candidates.map(([name]) => name);
  const what = typeof chosen === 'function' ? `the function that ${file} exports makes` : `${file} exports`;
  const several = chosen === undefined && names.length > 1;
  throw new SpikeloomError({
    code: 'invalid-network',
    message: several ? `${file} exports ${names.join(', ')}: which one?` : `${what} no network`,
    hint: several
      ? 'Make one of them the default export, or give each a file of its own.'
      : "Export what 'new Network()' makes, or a function that returns it.",
  });
}

/** What the user's own code throws is the user's to mend, and says where. */
async function userCode<T>(file: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof SpikeloomError || error instanceof InternalError) throw error;
    const message = error instanceof Error ? `${error.name}: ${withOwnNames(error.message)}` : `it threw ${String(error)}`;
    throw new SpikeloomError({ code: 'invalid-network', message, path: [userPlace(error) ?? file] });
  }
}

/** The innermost line of the stack that lies neither in this program nor in a package nor in Node. */
function userPlace(error: unknown): string | undefined {
  const own = fileURLToPath(new URL('..', import.meta.url));
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, place] of stack.matchAll(/^ +at (?:async )?(?:.*\()?([^()]+:\d+:\d+)\)?$/gm)) {
    const path = place.startsWith('file:') ? fileURLToPath(place) : place;
    if (!path.startsWith('node:') && !path.startsWith(own) && !/[\\/]node_modules[\\/]/.test(path)) return relative(process.cwd(), path);
  }
  return undefined;
}
