import { isList, requireKind, wrongKind } from '../core/checks.ts';
import { type Problem, SpikeloomError } from '../core/error.ts';
import type { ModelDef } from '../model/definition.ts';
import type { NetworkDef, NumberArray } from '../network/definition.ts';
import { Locator } from './locate.ts';
import { modelSchema, networkSchema } from './networkSchema.ts';
import { printJson, printYaml } from './print.ts';
import { ModelReader } from './readModel.ts';
import { NetworkReader } from './readNetwork.ts';
import { checkData } from './schemaProblems.ts';
import { SourceText } from './sourceText.ts';
import { type SpikeFile, spikeFilesOf } from './spikeFiles.ts';
import { parseTree, type TextNode } from './tree.ts';
import { modelText } from './writeModel.ts';
import { networkText } from './writeNetwork.ts';

export { type ImportOptions, importNb } from './nb/importNb.ts';

export interface ParseOptions {
  /** The name of the file that the text came from, shown in errors. */
  readonly file?: string;
}

/** A network that was read from a text. */
export interface ReadNetwork {
  readonly def: NetworkDef;
  /**
   * An error that came later, when the network was compiled or run, with its place in the text, where it is about something
   * that stands there; any other error as it is.
   */
  locate(error: unknown): unknown;
}

/**
 * Reads a network from YAML or JSON: the structure and keys of TypeScript, and every check of it.
 *
 * @throws SpikeloomError with every mistake that can be seen before the network is compiled, each with its line and column
 */
export function parseNetwork(text: string, options: ParseOptions = {}): NetworkDef {
  return readNetwork(text, options).def;
}

/** Like `parseNetwork`; keeps the places of the text, for errors that come when the network is compiled. */
export function readNetwork(text: string, options: ParseOptions = {}): ReadNetwork {
  const { root, locator } = open(text, options);
  const { def } = new NetworkReader(checkData(networkSchema, root, locator), locator).read();
  return { def, locate: (error) => locator.located(error) };
}

export interface ReadFilesOptions extends ParseOptions {
  /**
   * Reads the spike times of a file, a list of times in ms for each cell. In Node `readSpikeTimes`, where the text lies in the working
   * folder; any other function in a page.
   */
  readonly readTimes: (path: string, options: { readonly population?: string }) => Promise<readonly NumberArray[]>;
}

/**
 * Like `readNetwork`, of a text that names files with spike times: `set: { times: { file: spikes.csv } }`. What they hold becomes part of
 * the network.
 *
 * @throws SpikeloomError as `readNetwork`; what is wrong with a file, at the place that names it
 */
export async function readNetworkWithFiles(text: string, { readTimes, ...options }: ReadFilesOptions): Promise<ReadNetwork> {
  requireKind('function', 'readTimes', readTimes);
  const { root, locator } = open(text, options);
  const data = checkData(networkSchema, root, locator);
  const files = new Map<SpikeFile, readonly NumberArray[]>();
  const problems: Problem[] = [];
  for (const { file, path } of spikeFilesOf(data)) {
    try {
      const lists = await readTimes(file.file, file.population === undefined ? {} : { population: file.population });
      if (!isList(lists) || !Array.from(lists).every(isList)) {
        throw wrongKind(`what readTimes gives for '${file.file}'`, lists, 'Let it give an array with a list of times for each cell.');
      }
      files.set(file, lists);
    } catch (error) {
      const located = locator.located(error, [...path, 'file']);
      if (!(located instanceof SpikeloomError)) throw located;
      problems.push(...located.problems);
    }
  }
  if (problems.length > 0) throw new SpikeloomError(problems);
  const { def } = new NetworkReader(data, locator, files).read();
  return { def, locate: (error) => locator.located(error) };
}

/**
 * Reads a model from YAML or JSON.
 *
 * @throws SpikeloomError with every mistake, each with its line and column
 */
export function parseModel(text: string, options: ParseOptions = {}): ModelDef {
  const { root, locator } = open(text, options);
  return new ModelReader(locator).model(checkData(modelSchema, root, locator), []).def;
}

export interface PrintOptions {
  /** YAML unless said. */
  readonly format?: 'yaml' | 'json';
}

/**
 * A network as text; reading it gives the same network.
 *
 * @throws SpikeloomError 'unsupported' where a projection's rule is a function, 'invalid-value' where a number is not finite
 */
export function printNetwork(def: NetworkDef, options: PrintOptions = {}): string {
  return print(networkText(def), options);
}

/** A model as text, written out in full but for its parts that are models of the library; reading it gives the same model. */
export function printModel(def: ModelDef, options: PrintOptions = {}): string {
  return print(modelText(def), options);
}

/**
 * Several models as the text of a network that has no cells yet: each under its name, parts by the names of those beside them.
 */
export function printModels(defs: readonly ModelDef[], options: PrintOptions = {}): string {
  const beside = new Map(defs.map((def) => [def.name, def]));
  return print({ models: Object.fromEntries(defs.map((def) => [def.name, modelText(def, beside)])), populations: {} }, options);
}

function print(data: object, { format = 'yaml' }: PrintOptions): string {
  return format === 'json' ? printJson(data) : printYaml(data);
}

function open(text: string, { file }: ParseOptions): { readonly root: TextNode; readonly locator: Locator } {
  const source = new SourceText(text, file);
  const root = parseTree(source);
  return { root, locator: new Locator(source, root) };
}
