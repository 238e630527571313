import { salvageResults } from '../io/finish.ts';
import { formatsOf } from './flags.ts';

export interface SalvageFlags {
  readonly format?: readonly string[];
}

/** `spikeloom salvage FOLDER`: whole files of what a killed run has left. Answers the exit code. */
export async function salvage(folder: string, flags: SalvageFlags): Promise<number> {
  const files = await salvageResults(folder, formatsOf(flags.format));
  process.stdout.write(`Written to ${folder}: ${files.join(', ')}\n`);
  return 0;
}
