import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDLESS } from './networks.ts';
import { Workplace } from './support.ts';

const NETWORK = `
import { fixedInDegree, Network } from 'spikeloom';
import { izhikevich, staticSynapse } from 'spikeloom/models';

export const network = new Network({ dt: 0.5, duration: 100, seed: 4 });
const cells = network.population('cells', izhikevich({ i_in: 6 }), 80).set({ v: 'uniform(v_init, v_th)' });
network.connect(cells, cells, staticSynapse({ target: 'v', w: 0.3, delay: 1 }), fixedInDegree(10));
network.recordSpikes(cells).record(cells, 'v', { every: 10 });
`;

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

describe('spikeloom run --threads', () => {
  it('writes the same, says how many, and is repeated on any number', async () => {
    place.file('net.ts', NETWORK);
    for (const threads of ['1', '3']) {
      const { code, stdout, stderr } = await place.run(['run', 'net.ts', '--out', threads, '--threads', threads, '--timings']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Threads: ${threads}, since so many were asked for`);
      expect(JSON.parse(place.read(`${threads}/manifest.json`)).threads).toBe(Number(threads));
    }
    expect(place.read('3/spikes.csv').split('\n').length).toBeGreaterThan(50);
    for (const file of ['spikes.csv', 'traces.csv']) expect(place.read(`3/${file}`)).toBe(place.read(`1/${file}`));
    const again = await place.run(['run', '3/manifest.json', '--threads', '2', '--out', 'again']);
    expect(again.stdout).toContain('repeated bit for bit');
  });

  it('stops at Ctrl-C, and keeps what was recorded', async () => {
    const file = place.file('endless.ts', ENDLESS.replace('}), 2)', '}), 100)'));
    const { code, stdout } = await place.run(['run', file, '--out', 'results', '--threads', '2'], 'running');
    expect(code).toBe(130);
    expect(stdout).toContain('ms of model time, then stopped, in ');
    expect(place.read('results/spikes.csv').split('\n').length).toBeGreaterThan(50);
  });

  it('tells of a number that is none', async () => {
    const { code, stderr } = await place.run(['run', place.file('net.ts', NETWORK), '--threads', '65']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("Give a whole number from 1 to 64, or 'auto'.") });
  });
});

it('threads keep no process alive, and end when nobody has the simulation any more', () => {
  const program = `
    import { Network, simulate } from 'spikeloom';
    import { izhikevich } from 'spikeloom/models';
    const network = new Network({ dt: 0.5, duration: 20 });
    network.population('cells', izhikevich(), 40);
    const ends = [];
    const { terminate } = (await import('node:worker_threads')).Worker.prototype;
    (await import('node:worker_threads')).Worker.prototype.terminate = function () { ends.push(this); return terminate.call(this); };
    for (let i = 0; i < 3; i++) await (await simulate(network, { threads: 2 })).run();
    for (let i = 0; ends.length < 2; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
    const kept = await simulate(network, { threads: 2 });
    await kept.run();
    console.log('at the end', kept.step);
  `;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'at the end 40\n', stderr: '' });
});
