import { readWhole, writeWhole } from '#platform';
import { SpikeloomError } from '../core/error.ts';
import { type ArraySource, fromDocument, type TypedArray, toDocument } from '../network/document.ts';
import { arrayOfBytes, arrayOfFile, arrayToFile, bytesOf, typeOf } from './arrayFile.ts';
import { sha256 } from './sha256.ts';

const FOLDER = 'arrays';
const NONE = new Uint8Array(0);
const NAME = /^arrays\/([0-9a-f]{64})\.npy$/;

/** Bytes up to which an array has no file of its own: its name is its type and its bytes in base64. */
const SHORT = 512;
const INLINE = /^inline:(...):([\w+/=]*)$/;

/**
 * Arrays of a document beside it, each named by the SHA-256 of its file: equal ones are one file, and a damaged one is found out.
 * Short ones lie in their names.
 */
export class ArrayFolder {
  readonly #path: string;
  readonly #written = new Set<string>();

  /** @param path folder of the document */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Data as something that JSON can hold, its arrays in files.
   *
   * @throws SpikeloomError 'unsupported' where there is a function in it
   */
  async write(value: unknown): Promise<unknown> {
    const arrays = new Set<TypedArray>();
    const seen = (values: TypedArray): string => {
      arrays.add(values);
      return '';
    };
    toDocument(value, { put: seen });
    const names = new Map<TypedArray, string>();
    for (const values of arrays) names.set(values, await this.#keep(values));
    return toDocument(value, { put: (values) => names.get(values) ?? '' });
  }

  async writeAll(values: readonly unknown[]): Promise<unknown[]> {
    const documents: unknown[] = [];
    for (const value of values) documents.push(await this.write(value));
    return documents;
  }

  async #keep(values: TypedArray): Promise<string> {
    if (values.byteLength <= SHORT) return `inline:${typeOf(values)}:${btoa(String.fromCharCode(...bytesOf(values)))}`;
    const bytes = arrayToFile(values);
    const file = `${await sha256(bytes)}.npy`;
    if (!this.#written.has(file)) await writeWhole(`${this.#path}/${FOLDER}`, file, bytes);
    this.#written.add(file);
    return `${FOLDER}/${file}`;
  }

  /**
   * The arrays that a document needs.
   *
   * @throws SpikeloomError 'input-output' where one is missing or damaged
   */
  async arraysOf(document: unknown): Promise<ArraySource> {
    const arrays = new Map<string, TypedArray>();
    const names = new Set<string>();
    const seen = (name: string): TypedArray => {
      names.add(name);
      return NONE;
    };
    fromDocument(document, { get: seen });
    for (const name of names) arrays.set(name, await this.#load(name));
    return { get: (name) => arrays.get(name) ?? NONE };
  }

  async #load(name: string): Promise<TypedArray> {
    if (name.startsWith('inline:')) return inlineArray(name);
    const hash = NAME.exec(name)?.[1];
    if (hash === undefined)
      throw unreadable(`'${name}' can't name an array`, 'Names are those that writing gives: arrays/, the SHA-256 of the file, .npy.');
    const path = `${this.#path}/${name}`;
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = await readWhole(path);
    } catch (error) {
      throw unreadable(
        `can't read ${path}: ${error instanceof Error ? error.message : String(error)}`,
        'Keep the folder of arrays beside the file that needs it.',
      );
    }
    const values = (await sha256(bytes)) === hash ? arrayOfFile(bytes) : undefined;
    if (values) return values;
    throw unreadable(`${path} is damaged: its contents are not those that it is named after`, 'Copy it again from where it is whole.');
  }
}

function inlineArray(name: string): TypedArray {
  const [, type = '', text = '*'] = INLINE.exec(name) ?? [];
  let values: TypedArray | undefined;
  try {
    values = arrayOfBytes(
      type,
      Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)),
    );
  } catch {
    // That is no base64: told below.
  }
  if (values) return values;
  throw unreadable(`'${name}' holds no array`, 'Copy the file again from where it is whole.');
}

function unreadable(message: string, hint: string): SpikeloomError {
  return new SpikeloomError({ code: 'input-output', message, hint });
}
