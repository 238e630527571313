import { prepareFolder, writeWhole } from '#platform';
import { SpikeloomError } from '../core/error.ts';

/** A folder for results. Files appear in it whole or not at all. */
export class ResultFolder {
  readonly path: string;
  readonly #written: string[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /** Makes the folder if need be. @throws SpikeloomError 'input-output' where it can't be written to */
  async prepare(): Promise<void> {
    await this.#guard(this.path, () => prepareFolder(this.path));
  }

  /** @throws SpikeloomError 'input-output' with the path and the system's reason */
  async write(name: string, content: string | Iterable<string>): Promise<void> {
    await this.#guard(`${this.path}/${name}`, () => writeWhole(this.path, name, typeof content === 'string' ? [content] : content));
    this.#written.push(name);
  }

  /** Names of the files written, in order. */
  get written(): readonly string[] {
    return this.#written;
  }

  async #guard(path: string, body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      throw new SpikeloomError({
        code: 'input-output',
        message: `can't write ${path}: ${error instanceof Error ? error.message : String(error)}`,
        path: ['results'],
        hint: 'Choose another folder with --out, or change its permissions.',
      });
    }
  }
}
