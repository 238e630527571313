import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { SpikeloomError } from '../core/error.ts';
import { ResultFolder } from '../io/files.ts';
import { guarded } from '../io/guard.ts';
import type { ModelDef } from '../model/definition.ts';
import { count } from './table.ts';

type Format = 'yaml' | 'json';

export interface ImportFlags {
  readonly out?: string;
  readonly format?: Format;
}

const TEXT = /^\.(ya?ml|json)$/;

/**
 * `spikeloom import FILE`: models of another language as text of ours. Answers the exit code.
 *
 * @throws SpikeloomError with every mistake of the file, or 'usage' and 'input-output' where it can't be read or written
 */
export async function importModels(file: string, { out, format }: ImportFlags): Promise<number> {
  requireNb(file);
  const text = await guarded('read', file, async () => readFileSync(file, 'utf8'));
  const { importNb, printModel, printModels } = await import('../text/index.ts');
  const defs = importNb(text, { file });
  const network = (form: Format): string => (form === 'yaml' ? heading(defs, file) : '') + printModels(defs, { format: form });
  if (out === undefined) {
    process.stdout.write(network(format ?? 'yaml'));
    return 0;
  }
  if (TEXT.test(extname(out))) {
    await new ResultFolder(dirname(out)).write(basename(out), network(format ?? (extname(out) === '.json' ? 'json' : 'yaml')));
    process.stdout.write(`Written: ${out} (${count(defs.length, 'model')}). To run it, give it populations.\n`);
    return 0;
  }
  const folder = new ResultFolder(out);
  await folder.requireWritable();
  for (const def of defs) await folder.write(fileOf(def, format ?? 'yaml'), printModel(def, { format: format ?? 'yaml' }));
  process.stdout.write(`Written to ${folder.path}: ${folder.written.join(', ')}\n`);
  return 0;
}

/** Says what the network lacks. */
function heading(defs: readonly ModelDef[], file: string): string {
  const cell = defs.find(({ kind }) => kind === 'neuron') ?? defs.find(({ kind }) => kind === 'spikeTrain');
  const next = cell ? ` To run them: populations: { cells: { model: ${cell.name}, size: 10 } }` : '';
  return `# ${count(defs.length, 'model')} of ${basename(file)}.${next}\n`;
}

function fileOf({ name }: ModelDef, format: Format): string {
  return `${name}.${format}`;
}

function requireNb(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() && extname(file) === '.nb') return;
  throw new SpikeloomError({
    code: 'usage',
    message: found?.isDirectory() ? `${file} is a folder` : found ? `${file} does not end in .nb` : `there is no file ${file}`,
    hint: 'Give a file of models in the .nb language, model.nb.',
  });
}
