import { requireWritable, writeWhole } from '#platform';
import { guarded } from './guard.ts';

/** A folder for results, made when the first is written. Files appear in it whole or not at all. */
export class ResultFolder {
  readonly path: string;
  readonly #written: string[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /** To be asked before long work. @throws SpikeloomError 'input-output' where no file can be written */
  async requireWritable(): Promise<void> {
    await guarded('write', this.path, () => requireWritable(this.path));
  }

  /** @throws SpikeloomError 'input-output' with the path and the system's reason */
  async write(name: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
    await guarded('write', `${this.path}/${name}`, () => writeWhole(this.path, name, content));
    this.#written.push(name);
  }

  /** Names of the files written, in order. */
  get written(): readonly string[] {
    return this.#written;
  }
}
