import { listFolder, lookAt, makeFolder, mayBeAlive, OWNER, readAt, removeFolder, writeWhole } from '#platform';
import { guarded } from './guard.ts';
import { parseMeta, printMeta, type ResultMeta } from './meta.ts';
import type { StoredResults } from './results.ts';
import { openSpool } from './spool.ts';

/*
 * What a run writes lies in a folder of its own until it is whole: `results.HOST-PID.N.partial` within the folder of results. The
 * name tells whose it is, so that a later run can clear what a dead one left, and never takes away from a live one.
 */

const META = 'meta.json.partial';
const NAME = /^results\.([\w-]+-\d+)\.\d+\.partial$/;

/** Names of those that this process writes now. */
const active = new Set<string>();
let made = 0;

/** Makes a folder for what a run writes; clears what runs that have ended have left. @throws SpikeloomError 'input-output' */
export async function beginPartial(folder: string): Promise<string> {
  for (const name of await partialsIn(folder)) {
    if (!isWritten(name)) await guarded('remove', `${folder}/${name}`, () => removeFolder(`${folder}/${name}`));
  }
  for (;;) {
    const name = `results.${OWNER}.${++made}.partial`;
    const path = `${folder}/${name}`;
    if (!(await guarded('write', path, () => makeFolder(path)))) continue;
    active.add(name);
    return path;
  }
}

/** Nobody writes into it any more. */
export function leavePartial(path: string): void {
  active.delete(nameIn(path));
}

/** The newest such folder of a run that has ended, or that goes on. */
export async function findPartial(folder: string): Promise<string | undefined> {
  const name = (await partialsIn(folder)).at(-1);
  return name === undefined ? undefined : `${folder}/${name}`;
}

export function isPartial(path: string): boolean {
  return NAME.test(nameIn(path));
}

/** Whether somebody writes there now. */
export function isWritten(path: string): boolean {
  const name = nameIn(path);
  const owner = NAME.exec(name)?.[1] ?? '';
  return owner === OWNER ? active.has(name) : mayBeAlive(owner);
}

function nameIn(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? ''
  );
}

async function partialsIn(folder: string): Promise<string[]> {
  return (await guarded('read', folder, () => listFolder(folder))).filter((name) => NAME.test(name));
}

export async function writePartialMeta(path: string, meta: ResultMeta): Promise<void> {
  await guarded('write', `${path}/${META}`, () => writeWhole(path, META, printMeta(meta)));
}

/** What there is of a run in its folder; undefined where it had not begun to record. */
export async function openPartial(path: string): Promise<StoredResults | undefined> {
  const file = `${path}/${META}`;
  const found = await guarded('read', file, () => lookAt(file));
  if (!found) return undefined;
  const meta = parseMeta(new TextDecoder().decode(await guarded('read', file, () => readAt(file, 0, found.size))), file);
  const columns = [];
  for (const [at, { name, def, unit, values, width }] of meta.recorders.entries())
    columns.push(await openSpool(path, at, name, { def, unit, values, width }));
  const isOver = meta.ending.end !== 'running';
  return { dt: meta.dt, ending: isOver ? meta.ending : { end: isWritten(path) ? 'running' : 'killed', time: 0 }, columns };
}
