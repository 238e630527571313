import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDLESS, EXPLODING, PAIR, timeless } from './networks.ts';
import { Workplace } from './support.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

interface Event {
  readonly event: string;
  readonly [key: string]: unknown;
}

async function events(
  args: readonly string[],
  interruptAt?: string,
): Promise<{ readonly code: number | null; readonly stderr: string; readonly all: Event[] }> {
  const { code, stdout, stderr } = await place.run(args, interruptAt);
  expect(stdout.endsWith('\n')).toBe(true);
  const all = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  return { code, stderr, all };
}

describe('run --json', () => {
  it('prints one object a line, and nothing else', async () => {
    const { code, stdout, stderr } = await place.run(['run', place.file('pair.ts', PAIR), '--json', '--out', 'results', '--save-state', 'a.state']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(timeless(stdout)).toMatchInlineSnapshot(`
      "{"event":"start","file":"pair.ts","backend":"wasm","precision":"f32","seed":3,"dt":0.1,"time":0,"duration":50,"cells":8,"synapses":12,"memory":199552,"out":"results"}
      {"event":"progress","time":50,"fraction":1,"speed":#,"remaining":#}
      {"event":"end","end":"done","steps":500,"elapsed":#,"out":"results","results":["spikes.csv","traces.csv","results.json","raster.svg","means.svg","traces.svg","manifest.json"],"state":"a.state","time":50,"populations":[{"name":"driver","cells":2,"model":"izhikevich","spikes":8,"of":2,"rate":80},{"name":"follower","cells":6,"model":"izhikevich"}]}
      "
    `);
  });

  it('tells progress of long runs, and of their end', async () => {
    const text = ENDLESS.replace('300', '1000');
    const { code, all } = await events(['run', place.file('endless.ts', text), '--json'], 'running');
    expect(code).toBe(130);
    const progress = all.filter(({ event }) => event === 'progress');
    expect(progress.length).toBeGreaterThanOrEqual(2);
    for (const { time, fraction, speed, remaining } of progress) for (const x of [time, fraction, speed, remaining]) expect(x).toBeGreaterThan(0);
    expect(all.map(({ event }) => event).filter((event) => event !== 'progress')).toEqual(['start', 'end']);
    expect(all.at(-1)).toMatchObject({ end: 'aborted', results: [] });
  });

  it('tells errors before the run', async () => {
    const { code, stderr, all } = await events(['run', place.file('pair.ts', PAIR), '--json', '--set', 'driver.aa=1']);
    expect(code).toBe(1);
    expect(all).toEqual([
      {
        event: 'error',
        code: 'unknown-name',
        message: expect.stringContaining("'aa' is not a quantity"),
        problems: [
          {
            code: 'unknown-name',
            message: "'aa' is not a quantity of model 'izhikevich'",
            path: ['--set driver.aa=1', 'network', "population 'driver'", 'set'],
            hint: expect.stringContaining("Did you mean 'a'?"),
          },
        ],
      },
    ]);
    expect(stderr).toContain("'aa' is not a quantity");
  });

  it('tells errors and limits of the run, and how it ended', async () => {
    const diverged = await events(['run', place.file('bomb.ts', EXPLODING), '--json']);
    expect(diverged.code).toBe(1);
    expect(diverged.all.map(({ event, code, end }) => [event, code ?? end])).toEqual([
      ['start', undefined],
      ['error', 'diverged'],
      ['end', 'diverged'],
    ]);
    const stopped = await events(['run', place.file('pair.ts', PAIR), '--json', '--max-rate', '10']);
    expect(stopped.code).toBe(3);
    expect(stopped.all.at(-1)).toMatchObject({ event: 'end', end: 'stopped', reason: expect.stringContaining('maxRate allows 10 Hz'), steps: 200 });
  });
});

describe('check --json and models --json', () => {
  it('print what there is', async () => {
    const checked = await events(['check', place.file('pair.ts', PAIR), '--json']);
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.all).toMatchObject([
      {
        event: 'checked',
        file: 'pair.ts',
        cells: 8,
        synapses: 12,
        precision: 'f32',
        populations: [
          { name: 'driver', rows: 1, columns: 2 },
          { name: 'follower', rows: 2, columns: 3 },
        ],
        projections: [{ name: 'driver->follower', synapses: 12 }],
        recorders: ['driver:spikes', 'driver.v@10', 'follower.v:mean@10'],
        warnings: [],
      },
    ]);
    expect(Number(checked.all[0].memory)).toBeGreaterThan(1000);
    const failed = await events(['check', place.file('bad.ts', PAIR.replace('electrical()', 'chemical()')), '--json']);
    expect(failed.code).toBe(1);
    expect(failed.all).toMatchObject([{ event: 'error' }]);
    const models = await events(['models', '--json']);
    expect(models.all.length).toBeGreaterThan(20);
    for (const model of models.all) expect(model).toMatchObject({ event: 'model', name: expect.any(String), kind: expect.any(String) });
    const [one] = (await events(['models', 'ampa', '--json'])).all;
    expect(one).toMatchObject({ name: 'ampa', def: { name: 'AMPA', kind: 'receptor', transmitter: 'glutamate' } });
  });
});
