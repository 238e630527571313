import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDLESS, EXPLODING, PAIR } from './networks.ts';
import { Workplace } from './support.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.file('pair.ts', PAIR);
});
afterEach(() => place.remove());

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.run(['run', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const rowsAfter = (csv: string, time: number, column: number): string[] =>
  csv
    .trimEnd()
    .split('\n')
    .filter((row) => Number(row.split(',')[column]) > time + 1e-9);

describe('--save-state and --from-state', () => {
  it.each([
    ['f32', 'wasm', 'js'],
    ['f64', 'js', 'wasm'],
  ])('go on in another process and backend with the bits of one run, in %s', async (precision, first, second) => {
    await run('pair.ts', '--out', 'whole', '--precision', precision, '--backend', first, '--save-state', 'whole.state');
    const saved = await run('pair.ts', '--duration', '20', '--precision', precision, '--backend', first, '--save-state', 'states/a.state');
    expect(saved).toContain('State saved in states/a.state\n');
    const args = ['--from-state', 'states/a.state', '--duration', '30', '--precision', precision, '--backend', second];
    await run('pair.ts', ...args, '--out', 'rest', '--save-state', 'rest.state');
    expect(place.read('rest.state')).toBe(place.read('whole.state'));
    for (const [name, column] of [
      ['spikes.csv', 2],
      ['traces.csv', 4],
    ] as const) {
      const rest = rowsAfter(place.read(`rest/${name}`), 0, column);
      expect(rest.length).toBeGreaterThan(1);
      expect(rest).toEqual(rowsAfter(place.read(`whole/${name}`), 20, column));
    }
    // A manifest holds the state that the run began with.
    place.file('states/a.state', 'gone');
    expect(await run('rest/manifest.json', '--out', 'again', '--backend', first)).toContain('repeated bit for bit');
    expect(place.read('again/spikes.csv')).toBe(place.read('rest/spikes.csv'));
  });

  it('apply --set to the state', async () => {
    await run('pair.ts', '--duration', '20', '--save-state', 'a.state');
    await run('pair.ts', '--from-state', 'a.state', '--set', 'driver.i_in=0', '--set', 'driver->follower.w=2', '--out', 'quiet', '--duration', '30');
    const { journal } = JSON.parse(place.read('quiet/manifest.json'));
    expect(journal).toMatchObject([
      { kind: 'restore', step: 0 },
      { kind: 'set', step: 200, values: { i_in: 0 } },
      { kind: 'setSynapses', step: 200, projection: 'driver->follower', values: { w: 2 } },
    ]);
    expect(place.read('quiet/spikes.csv').split('\n').length).toBeLessThan(4);
  });

  it('save after Ctrl-C, but no state that is not finite', async () => {
    const stopped = await place.run(['run', place.file('endless.ts', ENDLESS), '--save-state', 'endless.state'], 'running');
    expect(stopped.code).toBe(130);
    const time = Number(/^([\d.]+) ms/.exec(stopped.stdout)?.[1]);
    const onwards = await place.run(['run', 'endless.ts', '--from-state', 'endless.state', '--duration', '1', '--out', 'on']);
    expect(onwards.code).toBe(0);
    expect(JSON.parse(place.read('on/manifest.json')).run.time).toBeCloseTo(time + 1, 6);
    const diverged = await place.run(['run', place.file('bomb.ts', EXPLODING), '--save-state', 'bomb.state']);
    expect(diverged.code).toBe(1);
    expect(diverged.stderr).toContain('the state is not saved in bomb.state: it holds values that are not finite\n');
    expect(place.exists('bomb.state')).toBe(false);
  });

  it('refuse what is no state of this network', async () => {
    const refused = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await place.run(['run', 'pair.ts', ...args]);
      expect(stdout).toBe('');
      return `exit code ${code}\n${stderr}`;
    };
    place.file('none.state', 'no state');
    await run('pair.ts', '--duration', '1', '--save-state', 'f32.state');
    const texts = [
      await refused('--from-state', 'missing.state'),
      await refused('--from-state', 'none.state'),
      await refused('--from-state', 'f32.state', '--precision', 'f64'),
      await refused('--from-state', 'f32.state', '--set', 'driver.aa=1'),
    ];
    expect(texts.join('\n').replaceAll(place.path, '')).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [input-output]: can't read missing.state: ENOENT: no such file or directory, open 'missing.state'
        in --from-state
        Give a file that --save-state wrote.

      exit code 1
      SpikeloomError [invalid-value]: these 8 bytes are no snapshot
        in --from-state none.state
        Give the bytes that snapshot() returned, or the contents of a file of saved state.

      exit code 1
      SpikeloomError [invalid-network]: the snapshot has precision f32, the network f64
        in --from-state f32.state
        Simulate the network with precision f32 to go on from it.

      exit code 1
      SpikeloomError [unknown-name]: 'aa' is not a quantity of model 'izhikevich'
        in --set driver.aa=1 > network > population 'driver' > set
        Did you mean 'a'? Known here: v, w, a, b, c, d, v_th, v_init, c_m, tau_m, g_gap, i_in.
      "
    `);
  });
});
