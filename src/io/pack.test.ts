import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support/folders.ts';
import { recordedNetwork } from '../../test/support/recordedNetwork.ts';
import { simulate } from '../simulation/simulation.ts';
import { packNpz } from './pack.ts';
import { ResultWriter } from './writer.ts';

const folder = temporaryFolders();

it('the bytes for a page are those of a file', async () => {
  const path = folder();
  const sink = new ResultWriter(path, ['npz']);
  const simulation = await simulate(recordedNetwork(), { sink });
  await simulation.run();
  await sink.close({ end: 'stopped', reason: 'why', time: simulation.time });
  const bytes = await packNpz(simulation.recordings, { end: 'stopped', reason: 'why', time: simulation.time });
  expect(Buffer.from(bytes).equals(readFileSync(`${path}/results.npz`))).toBe(true);
});
