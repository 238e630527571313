import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isObject } from '../core/checks.ts';
import { InternalError, SpikeloomError } from '../core/error.ts';
import { isManifestText, type Manifest, readManifest } from '../io/manifest.ts';
import { isDefinition } from '../network/checks.ts';
import type { NetworkDef } from '../network/definition.ts';
import { definitionOf } from '../simulation/given.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { bundle, withOwnNames } from './bundle.ts';

/** What a module may do to its network while that runs: registers `every(...)`, sets, before the run begins. */
export type Drive = (simulation: Simulation) => unknown;

export interface LoadedNetwork {
  readonly def: NetworkDef;
  /** What the module exports as `drive`. */
  readonly drive?: Drive;
  /** Of a run that is to be repeated: the file is its manifest. */
  readonly manifest?: Manifest;
  /** An error that came later, with its place in a file of text where it is about something that stands there. */
  readonly locate: (error: unknown) => unknown;
  /** From the file to one JavaScript module, or to text in memory, ms. */
  readonly bundled: number;
  /** Running that module or parsing that text: defining models, putting the network together, ms. */
  readonly defined: number;
}

const MODULE = /^\.[cm]?[tj]s$/;
const TEXT = /^\.(ya?ml|json)$/;

/**
 * The network of a file: what a TypeScript or JavaScript module exports (by default, by the name of the file, or as its only export that
 * is a network or a function making one; `drive` aside), what a text in YAML or JSON describes, or what a manifest repeats.
 *
 * @throws SpikeloomError 'usage' where there is no such file; 'syntax' where it can't be read; 'invalid-network' where it fails
 *   or doesn't export one network; 'input-output' where something that a manifest needs is missing or damaged
 */
export async function loadNetwork(file: string): Promise<LoadedNetwork> {
  requireFile(file);
  const begin = performance.now();
  if (TEXT.test(extname(file))) return loadText(file, begin);
  // The library's models load while another process bundles.
  const [code] = await Promise.all([bundle(file), import('../models/index.ts')]);
  const bundled = performance.now();
  const module = await userCode(file, () => importCode(code));
  const drive = driveOf(module, file);
  const def = await networkOf(module, file);
  return { def, ...(drive && { drive }), locate: (error) => error, bundled: bundled - begin, defined: performance.now() - bundled };
}

async function loadText(file: string, begin: number): Promise<LoadedNetwork> {
  const text = readText(file);
  const read = performance.now();
  const spent = (): Pick<LoadedNetwork, 'bundled' | 'defined'> => ({ bundled: read - begin, defined: performance.now() - read });
  if (isManifestText(text)) {
    const manifest = await readManifest(file);
    return { def: manifest.network, manifest, locate: (error) => error, ...spent() };
  }
  const { readNetworkWithFiles } = await import('../text/index.ts');
  const { def, locate } = await readNetworkWithFiles(text, {
    file,
    readTimes: async (path, options) => {
      const { readSpikeTimes } = await import('../io/spikeTimes.ts');
      return readSpikeTimes(isAbsolute(path) ? path : join(dirname(file), path), options);
    },
  });
  return { def: definitionOf(def), locate, ...spent() };
}

/** Does something with a network that was loaded; errors say where in its file they belong. */
export async function withPlaces<T>({ locate }: LoadedNetwork, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw locate(error);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SpikeloomError({
      code: 'input-output',
      message: `can't read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Choose another file, or change its permissions.',
    });
  }
}

function requireFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  const known = MODULE.test(extname(file)) || TEXT.test(extname(file));
  if (found?.isFile() && known) return;
  const manifest = join(file, 'manifest.json');
  throw new SpikeloomError({
    code: 'usage',
    message: found?.isDirectory()
      ? `${file} is a folder`
      : found
        ? `${file} is neither TypeScript, JavaScript, YAML nor JSON`
        : `there is no file ${file}`,
    hint:
      found?.isDirectory() && existsSync(manifest)
        ? `To repeat the run whose results lie there, give ${manifest}.`
        : 'Give a module (.ts or .js) that exports a network, a text (.yaml or .json) that describes one, or the manifest.json of a run.',
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

function driveOf(module: Readonly<Record<string, unknown>>, file: string): Drive | undefined {
  const { drive } = module;
  if (drive === undefined || typeof drive === 'function') return drive as Drive | undefined;
  throw new SpikeloomError({
    code: 'invalid-network',
    message: `${file} exports 'drive', which is no function`,
    hint: "Export a function of the simulation: 'export function drive(simulation) { simulation.every(10, ...); }'; or call it something else.",
  });
}

/** Not by its class: a network may come from another copy of the package. */
function isNetwork(value: unknown): boolean {
  return isDefinition(value) || (isObject(value) && typeof value.connect === 'function' && isDefinition(value.def));
}

/** A function, but none that makes variants of a model. */
function isMaker(value: unknown): boolean {
  return typeof value === 'function' && !('def' in value);
}

async function networkOf(module: Readonly<Record<string, unknown>>, file: string): Promise<NetworkDef> {
  const candidates = Object.entries(module).filter(([name, value]) => name !== 'drive' && (isNetwork(value) || isMaker(value)));
  const own = candidates.find(([name]) => name === basename(file, extname(file)));
  const chosen = 'default' in module ? module.default : (own ?? (candidates.length === 1 ? candidates[0] : undefined))?.[1];
  const network = typeof chosen === 'function' ? await userCode(file, async () => (chosen as () => unknown)()) : chosen;
  if (isNetwork(network)) return definitionOf(network as NetworkDef);
  const names = candidates.map(([name]) => name);
  const what = typeof chosen === 'function' ? `the function that ${file} exports makes` : `${file} exports`;
  const several = chosen === undefined && names.length > 1;
  throw new SpikeloomError({
    code: 'invalid-network',
    message: several ? `${file} exports ${names.join(', ')}: which one?` : `${what} no network`,
    hint: several
      ? 'Make one of them the default export, call it as the file is called, or give each a file of its own.'
      : "Export what 'new Network()' makes, or a function that returns it.",
  });
}

/** What the user's own code throws is the user's to mend, and says where. */
export async function userCode<T>(file: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw userError(file, error);
  }
}

/** What the user's own code threw, as the user's to mend. */
export function userError(file: string, error: unknown): Error {
  if (error instanceof SpikeloomError || error instanceof InternalError) return error;
  const message = error instanceof Error ? `${error.name}: ${withOwnNames(error.message)}` : `it threw ${String(error)}`;
  return new SpikeloomError({ code: 'invalid-network', message, path: [userPlace(error) ?? file] });
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
