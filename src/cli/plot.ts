import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SpikeloomError, suggest } from '../core/error.ts';
import { ResultFolder } from '../io/files.ts';
import { MANIFEST, readManifest } from '../io/manifest.ts';
import { readResults } from '../io/readResults.ts';
import type { NetworkDef } from '../network/definition.ts';
import { renderPng } from '../plot/png.ts';
import { draw, KINDS } from './pictures.ts';
import { messageOf } from './runFolder.ts';

export interface PlotFlags {
  readonly out?: string;
  readonly only?: readonly string[];
  readonly png?: boolean;
  readonly theme?: 'light' | 'dark';
}

/** `spikeloom plot RESULT`: pictures of results on disk. Answers the exit code. */
export async function plot(path: string, flags: PlotFlags): Promise<number> {
  requireKnown(flags.only ?? []);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) {
    throw new SpikeloomError({ code: 'usage', message: `there is no ${path}`, hint: 'Give the folder of a run, or a file of results in it.' });
  }
  const folder = new ResultFolder(flags.out ?? (isFolder ? path : dirname(path)));
  await folder.requireWritable();
  const recordings = await readResults(path);
  const network = await networkBeside(isFolder ? path : dirname(path));
  const { end, time } = recordings.ending;
  // How far a run that was killed had got is known no better than by its last spike.
  const known = end === 'running' || end === 'killed' ? 0 : time;
  const source = { recordings, ...(network && { network }), time: known, theme: flags.theme ?? 'light' } as const;
  for (const { name, svg } of await draw(source, flags.only)) {
    if (flags.png) await folder.write(`${name}.png`, await renderPng(svg));
    else await folder.write(`${name}.svg`, svg);
  }
  if (folder.written.length === 0) {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `nothing of ${flags.only ? flags.only.join(', ') : 'what can be drawn'} is recorded in ${path}`,
      hint: `Record it in the run: ${[...KINDS].map(([name, shows]) => `${name} shows ${shows}`).join(', ')}.`,
    });
  }
  process.stdout.write(`Written to ${folder.path}: ${folder.written.join(', ')}\n`);
  return 0;
}

function requireKnown(names: readonly string[]): void {
  const known = [...KINDS.keys()];
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new SpikeloomError({ code: 'usage', message: `there is no picture '${name}'`, path: ['--only'], hint: suggest(name, known) });
  }
}

/** The network of the run, for the shapes of its lattices. Results can be drawn without it. */
async function networkBeside(folder: string): Promise<NetworkDef | undefined> {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) return undefined;
  try {
    return (await readManifest(file)).network;
  } catch (error) {
    process.stderr.write(`warning: what needs the network is not drawn: ${messageOf(error)}\n`);
    return undefined;
  }
}
