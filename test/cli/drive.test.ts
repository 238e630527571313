import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOOP, PAIR } from './networks.ts';
import { Workplace } from './support.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

const withDrive = (body: string): string => `${PAIR}\nexport async function drive(simulation) {\n  ${body}\n}\n`;

async function failure(code: string): Promise<string> {
  const ended = await place.run(['run', place.file('net.ts', code), '--out', 'results']);
  return `exit code ${ended.code}\n${ended.stderr}`;
}

describe("a module's drive", () => {
  it('acts while the run goes on', async () => {
    const stimulus = "await simulation.write({ population: 'driver', cells: { kind: 'all' } }, { i_in: 0 });";
    place.file('plain.ts', PAIR);
    place.file('before.ts', withDrive(stimulus));
    place.file('later.ts', withDrive(`simulation.every(25, async () => { ${stimulus} });`));
    const spikes: number[] = [];
    for (const name of ['plain', 'later', 'before']) {
      expect((await place.run(['run', `${name}.ts`, '--out', name])).code).toBe(0);
      spikes.push(place.read(`${name}/spikes.csv`).split('\n').length - 2);
    }
    expect(spikes[0]).toBeGreaterThan(spikes[1]);
    expect(spikes[1]).toBeGreaterThan(spikes[2]);
    const steps = (name: string) => JSON.parse(place.read(`${name}/manifest.json`)).journal.map(({ step }: { step: number }) => step);
    expect([steps('plain'), steps('later'), steps('before')]).toEqual([[], [250, 500], [0]]);
  });

  it('that throws before the run leaves nothing', async () => {
    expect(await failure(withDrive("throw new Error('no plan');"))).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [invalid-network]: Error: no plan
        in net.ts:16:9
      "
    `);
    expect(place.list()).toEqual(['net.ts']);
  });

  it('that throws while the run goes on keeps what was recorded', async () => {
    const text = await failure(withDrive("simulation.every(20, () => { throw new Error('no more'); });"));
    expect(text).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [invalid-network]: Error: no more
        in net.ts:16:38
      "
    `);
    expect(place.read('results/spikes.csv').trimEnd().split('\n').length).toBeGreaterThan(3);
    expect(JSON.parse(place.read('results/manifest.json')).run).toMatchObject({ end: 'failed', steps: 200, time: 20 });
    const again = await place.run(['run', 'results/manifest.json']);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('repeated bit for bit') });
  });

  it('does not run the network itself', async () => {
    expect(await failure(withDrive('await simulation.run(1);'))).toMatchInlineSnapshot(`
      "exit code 2
      SpikeloomError [usage]: 'drive' has run the simulation itself
        in net.ts
        Let it say what is to be done while the command runs the network: simulation.every(10, ...).
      "
    `);
  });

  it('is a function', async () => {
    expect(await failure(`${PAIR}\nexport const drive = 5;\n`)).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [invalid-network]: net.ts exports 'drive', which is no function
        Export a function of the simulation: 'export function drive(simulation) { simulation.every(10, ...); }'; or call it something else.
      "
    `);
  });

  it('is the same with a network of another copy of the package, and beside models that a module exports', async () => {
    // What has the shape of a network is one.
    const code = `${LOOP.replace('export default network;', 'export default { def: network.def, connect() {} };')}\nexport const own = izhikevich;\n`;
    expect(await place.run(['run', place.file('net.ts', code)])).toMatchObject({ code: 0, stderr: '' });
    const only = `${PAIR}\nexport { izhikevich };\n`;
    expect(await place.run(['run', place.file('only.ts', only)])).toMatchObject({ code: 0, stderr: '' });
  });
});
