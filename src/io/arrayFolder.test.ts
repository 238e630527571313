import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromDocument, type TypedArray } from '../network/document.ts';
import { ArrayFolder } from './arrayFolder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spikeloom-'));
});
afterEach(() => rm(folder, { recursive: true }));

const TYPES = [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array];

async function through(value: unknown): Promise<unknown> {
  const document = JSON.parse(JSON.stringify(await new ArrayFolder(folder).write(value)));
  return fromDocument(document, await new ArrayFolder(folder).arraysOf(document));
}

const long = Float64Array.from({ length: 200 }, (_, i) => i / 3);

describe('arrays beside a document', () => {
  it.each(TYPES.flatMap((Type) => [0, 3, 500].map((n) => [Type.name, Type, n] as const)))('%s: %s of %i elements', async (_, Type, n) => {
    const values: TypedArray = new Type(n).fill(0);
    for (let i = 0; i < n; i++) values[i] = (i * 37) % 251;
    if (values instanceof Float32Array || values instanceof Float64Array) values.set([Number.NaN, -0, 0.1].slice(0, n));
    const back = await through({ deep: [{ values }], other: 'text', number: -0 });
    expect(back).toEqual({ deep: [{ values }], other: 'text', number: -0 });
  });

  it('equal ones are one file, short ones none', async () => {
    await through({ a: long, b: long.slice(), c: long.subarray(1), d: Float32Array.of(1, 2) });
    expect(await readdir(join(folder, 'arrays'))).toHaveLength(2);
  });

  it('have the head that NumPy reads', async () => {
    const { $array } = (await new ArrayFolder(folder).write(long)) as { readonly $array: string };
    const bytes = await readFile(join(folder, $array));
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]));
    expect(bytes.readUInt16LE(8) % 64).toBe(54);
    expect(bytes.toString('latin1', 10, 70)).toBe("{'descr': '<f8', 'fortran_order': False, 'shape': (200,), } ");
  });
});

describe('an array that can not be read', () => {
  const refused = async (document: unknown): Promise<string> => {
    const error = await new ArrayFolder(folder).arraysOf(document).catch((e: Error) => e);
    return String(error)
      .replaceAll(folder, 'FOLDER')
      .replaceAll(/[0-9a-f]{64}/g, 'HASH');
  };

  it('is damaged', async () => {
    const document = (await new ArrayFolder(folder).write(long)) as { readonly $array: string };
    const path = join(folder, document.$array);
    const bytes = await readFile(path);
    for (const at of [0, 30, 200, bytes.length - 1]) {
      const bad = Buffer.from(bytes);
      bad[at] ^= 1;
      await writeFile(path, bad);
      expect(await refused(document)).toMatchInlineSnapshot(`
        "SpikeloomError [input-output]: FOLDER/arrays/HASH.npy is damaged: its contents are not those that it is named after
          Copy it again from where it is whole."
      `);
    }
  });

  it('is gone', async () => {
    const document = await new ArrayFolder(folder).write(long);
    await rm(join(folder, 'arrays'), { recursive: true });
    expect(await refused(document)).toMatchInlineSnapshot(`
      "SpikeloomError [input-output]: can't read FOLDER/arrays/HASH.npy: ENOENT: no such file or directory, open 'FOLDER/arrays/HASH.npy'
        Keep the folder of arrays beside the file that needs it."
    `);
  });

  it('lies elsewhere', async () => {
    expect(await refused({ $array: '../../etc/passwd' })).toMatchInlineSnapshot(`
      "SpikeloomError [input-output]: '../../etc/passwd' can't name an array
        Names are those that writing gives: arrays/, the SHA-256 of the file, .npy."
    `);
  });

  it.each(['inline:', 'inline:<f8:AAAA', 'inline:<f8:****', 'inline:<x8:AAAAAAAAAAA='])('has the name %s', async ($array) => {
    expect(await refused({ $array })).toContain(`'${$array}' holds no array`);
  });
});
