import type { NumberArray } from '../network/definition.ts';
import type { NetworkText } from './networkSchema.ts';
import type { NodePath } from './tree.ts';

/** A value that stands in a file: `{ file: spikes.csv, population: exc }`. */
export interface SpikeFile {
  readonly file: string;
  readonly population?: string | undefined;
}

/** What was read of each file that a text names. */
export type FileLists = ReadonlyMap<SpikeFile, readonly NumberArray[]>;

export function isSpikeFile(value: unknown): value is SpikeFile {
  return typeof value === 'object' && value !== null && 'file' in value;
}

/** The files that the values of a text's cells and stimuli name, each with its place. */
export function spikeFilesOf({ populations, stimuli = {} }: NetworkText): { readonly file: SpikeFile; readonly path: NodePath }[] {
  const owners = [
    ...Object.entries(populations).map(([name, { set }]) => ({ set, path: ['populations', name, 'set'] })),
    ...Object.entries(stimuli).map(([name, { set }]) => ({ set, path: ['stimuli', name, 'set'] })),
  ];
  return owners.flatMap(({ set = {}, path }) => {
    const groups = Array.isArray(set) ? set.map(({ values }, i) => ({ values, at: [...path, i, 'values'] })) : [{ values: set, at: path }];
    return groups.flatMap(({ values, at }) =>
      Object.entries(values).flatMap(([name, file]) => (isSpikeFile(file) ? [{ file, path: [...at, name] as NodePath }] : [])),
    );
  });
}
