import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { salvageResults } from '../../src/io/finish.ts';
import { readResults } from '../../src/io/readResults.ts';
import { FORMATS } from '../../src/io/results.ts';
import { ResultWriter } from '../../src/io/writer.ts';
import type { RecorderInfo } from '../../src/simulation/recordings.ts';
import { simulate } from '../../src/simulation/simulation.ts';
import { recordedNetwork } from '../support/recordedNetwork.ts';
import { expectSameChunk, expectStart } from '../support/sameRecordings.ts';

const disk = mkdtempSync(join(tmpdir(), 'spikeloom-disk-'));
const mount = (options: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status === 0;
const unmount = () => spawnSync('umount', [disk]);
const canMount = mount('size=1m') && unmount().status === 0;

/** Only root can make a small disk. */
describe.skipIf(!canMount)('on a disk that is full', () => {
  afterEach(() => {
    unmount();
  });

  const info: RecorderInfo = {
    def: { kind: 'trace', view: { population: 'a', cells: { kind: 'all' } }, quantity: 'v', every: 1 },
    cells: Uint32Array.from({ length: 64 }, (_, i) => i),
    unit: 'mV',
    values: 'f32',
    width: 64,
  };
  /** 1000 samples of 256 bytes each. */
  const chunk = (n: number) => ({
    steps: Uint32Array.from({ length: 1000 }, (_, i) => n * 1000 + i + 1),
    values: Float32Array.from({ length: 64_000 }, (_, i) => n + i / 64_000),
  });

  it('a run stops, and what was recorded until then is kept', async () => {
    mount('size=4m');
    const sink = new ResultWriter(join(disk, 'out'), ['npz']);
    const simulation = await simulate({ ...recordedNetwork().def, dt: 0.001, duration: 1e6 }, { sink, keepRecorded: 2 ** 30 });
    const failure = await simulation.run().catch((error: unknown) => error as Error);
    expect(String(failure).replaceAll(disk, '')).toMatch(
      /^SpikeloomError \[input-output\]: can't write \/out\/results\.[\w-]+\.\d+\.partial\/\d+\.[\w.-]+\.npy\.partial: ENOSPC: no space left on device, write\n {2}Free some space, or choose a folder on another disk\.$/,
    );
    await expect(sink.close({ end: 'failed', reason: 'the disk is full' })).rejects.toThrow(/can't write .*ENOSPC/);
    const read = await readResults(join(disk, 'out'));
    expect(read.ending.end).toBe('failed');
    expect(read.ending.reason).toContain('the disk is full');
    for (const [i, { width, def }] of simulation.recordings.infos.entries()) {
      if (def.kind === 'spike-counts') continue;
      expectStart(read.chunk(i), simulation.recordings.chunk(i), width, def.kind);
    }
    expect(read.chunk(3).steps.length).toBeGreaterThan(10_000);
  });

  it.each(FORMATS)('a run that leaves no space for its files leaves what it recorded, and %s is made of it later', async (format) => {
    mount('size=2m');
    const out = join(disk, 'out');
    const sink = new ResultWriter(out, [format]);
    await sink.open([info], 1);
    for (let n = 0; n < 6; n++) await sink.write(0, chunk(n));
    const failure = await sink.close({ end: 'done' }).catch((error: unknown) => error as Error);
    expect(String(failure)).toMatch(
      /can't write .*: ENOSPC.*What was recorded is kept in .*readResults\('.*'\) reads it, 'spikeloom salvage .*' or salvageResults/s,
    );
    expect(readdirSync(out)).toHaveLength(1);
    const left = await readResults(out);
    expect(left.chunk(0).steps.length).toBe(6000);
    expect(left.chunk(0).steps.at(-1)).toBe(6000);
    mount('remount,size=64m');
    await salvageResults(out, [format]);
    expect(readdirSync(out).filter((name) => name.endsWith('.partial'))).toEqual([]);
    const read = await readResults(out);
    expect(read.ending).toEqual({ end: 'done', time: 6000 });
    expectSameChunk(read.chunk(0), left.chunk(0), format);
  });

  it('a run that finds no space for its last rows keeps those before them', async () => {
    mount('size=8m');
    const out = join(disk, 'out');
    const sink = new ResultWriter(out, ['npz']);
    await sink.open([info], 1);
    for (let n = 0; n < 20; n++) await sink.write(0, chunk(n));
    const ballast = join(disk, 'ballast');
    expect(() => {
      for (;;) appendFileSync(ballast, new Uint8Array(4096));
    }).toThrow('ENOSPC');
    const failure = await sink.close({ end: 'done' }).catch((error: unknown) => error as Error);
    expect(String(failure)).toMatch(/can't write .*ENOSPC/);
    rmSync(ballast);
    mount('remount,size=64m');
    await salvageResults(out);
    const read = await readResults(out);
    expect(['failed', 'killed']).toContain(read.ending.end);
    const { length } = read.chunk(0).steps;
    expect(length).toBeGreaterThanOrEqual(10_000);
    expect(length).toBeLessThan(20_000);
    expect(read.chunk(0).values.at(-1)).toBe(chunk(length / 1000 - 1).values.at(-1));
  });
});

afterAll(() => {
  unmount();
  rmSync(disk, { recursive: true, force: true });
});
