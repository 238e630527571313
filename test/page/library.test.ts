import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { interactingLattices } from '../../examples/interactingLattices.ts';
import { packNpz } from '../../src/io/pack.ts';
import { simulate } from '../../src/simulation/simulation.ts';
import { Workplace } from '../cli/support.ts';
import { type Answer, fileOf, ISOLATED, openChromium, openPage, SHARED, Site } from './support.ts';

// Chromium starts slowly where many things run.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let browser: Browser;
let pages: Site;
let scripts: Site;

beforeAll(async () => {
  browser = await openChromium();
  pages = await new Site().open();
  scripts = await new Site().open();
});
afterAll(async () => {
  await browser.close();
  await pages.close();
  await scripts.close();
});

const EXAMPLE = readFileSync(fileOf('examples/page.html'), 'utf8');
const FROM = 'https://unpkg.com/spikeloom';

/** How many spikes the example draws: each is a stroke of a path. */
async function strokes(page: Page): Promise<number> {
  await page.locator('svg path').first().waitFor({ timeout: 25_000 });
  const paths = await page.locator('svg path').evaluateAll((all) => all.map((path) => path.getAttribute('d') ?? ''));
  return paths.join('').match(/[Mm]/g)?.length ?? 0;
}

async function show(answer: Answer): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const opened = await openPage(browser);
  await opened.page.goto(pages.serve('/', answer));
  return opened;
}

describe('the example of a page', () => {
  it('has ten lines and takes its script from a host of packages', () => {
    expect(EXAMPLE.match(/\n {2}\S/g)?.length).toBeLessThanOrEqual(10);
    expect(EXAMPLE).toContain(`<script src="${FROM}">`);
  });

  const plain = () => scripts.script('spikeloom.global.js');
  const shared = () => scripts.script('spikeloom.global.js', SHARED);
  const own = () => pages.script('spikeloom.global.js');
  it.each([
    ["from the page's own host", own, {}, false],
    ['from its own host, isolated', own, ISOLATED, true],
    ['from another host that shares nothing', plain, {}, false],
    ['from another host, isolated', shared, ISOLATED, true],
  ] as const)('draws spikes: %s', async (_, address, headers, isolated) => {
    const { page, faults } = await show({ body: EXAMPLE.replace(FROM, address()), headers });
    expect(await strokes(page)).toBeGreaterThan(100);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('draws spikes from a file that is opened, its script beside it', async () => {
    const place = new Workplace();
    writeFileSync(join(place.path, 'spikeloom.js'), readFileSync(fileOf('dist/browser/spikeloom.global.js')));
    place.file('page.html', EXAMPLE.replace(FROM, 'spikeloom.js'));
    const { page, faults } = await openPage(browser);
    await page.goto(pathToFileURL(join(place.path, 'page.html')).href);
    expect(await strokes(page)).toBeGreaterThan(100);
    expect(faults).toEqual([]);
    await page.close();
    place.remove();
  });
});

/** A page that makes the library's module available to tests. */
function moduleOf(address: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { body: `<!doctype html><title>test</title><script type="module">globalThis.spikeloom = await import('${address}');</script>`, headers };
}

type Library = typeof import('../../src/browser/index.ts');
declare const spikeloom: Library;

async function openModule(answer: Answer): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const opened = await show(answer);
  await opened.page.waitForFunction(() => 'spikeloom' in globalThis);
  return opened;
}

/** Runs a network in the worker and in the page, and compares. */
const sameBits = async (threads: number): Promise<{ readonly same: boolean; readonly spikes: number }> => {
  const { Network, models, simulate, simulateInWorker } = spikeloom;
  const network = new Network({ dt: 0.5, seed: 3 });
  const model = models.izhikevich({ c: -55, w: 30, c_m: 100, g_gap: 7 });
  const cells = network.lattice('cells', model, { rows: 6, columns: 6, normalize: 'mean' }).set({ v: 'uniform(v_init, v_th)' });
  network.connect(
    cells,
    cells,
    models.electrical(),
    spikeloom.where((pre, post) => pre.index !== post.index),
  );
  network.recordSpikes(cells);
  const far = await simulateInWorker(network, { threads });
  await far.run(1000);
  const own = await simulate(network);
  await own.run(1000);
  const [a, b] = [far, own].map(({ recordings }) => [...recordings.spikes(cells).times, ...recordings.spikes(cells).cells].join());
  const same = a === b && (await far.get(cells, 'v')).join() === own.get(cells, 'v').join();
  far.dispose();
  return { same, spikes: own.recordings.spikes(cells).times.length };
};

describe('the library as a module', () => {
  it('gives the same bits on several threads, where the page is isolated', async () => {
    const { page, faults } = await openModule(moduleOf(scripts.script('spikeloom.js', SHARED), ISOLATED));
    const { same, spikes } = await page.evaluate(sameBits, 3);
    expect(same).toBe(true);
    expect(spikes).toBeGreaterThan(100);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('refuses several threads where it is not, and in the page itself', async () => {
    const { page } = await openModule(moduleOf(pages.script('spikeloom.js')));
    const refusals = await page.evaluate(async () => {
      const { Network, models, simulate, simulateInWorker } = spikeloom;
      const network = new Network();
      network.population('cells', models.izhikevich(), 2);
      return Promise.all([simulateInWorker, simulate].map((start) => start(network, { threads: 2 }).catch((error: Error) => error.message)));
    });
    for (const refusal of refusals) expect(refusal).toContain("threads is 2, but threads can't share memory here");
    await page.close();
  });

  it.each([
    ["from the page's own host", () => pages.script('spikeloom.js'), {}],
    ['from another host', () => scripts.script('spikeloom.js', SHARED), {}],
    ['from another host, isolated', () => scripts.script('spikeloom.js', SHARED), ISOLATED],
  ] as const)('gives the same bits in a worker as in the page: %s', async (_, address, headers) => {
    const { page, faults } = await openModule(moduleOf(address(), headers));
    const { same, spikes } = await page.evaluate(sameBits, 1);
    expect(same).toBe(true);
    expect(spikes).toBeGreaterThan(100);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('refuses what is pending when its worker is gone without a word', async () => {
    const { page } = await openModule(moduleOf(pages.script('spikeloom.js')));
    await page.evaluate(async () => {
      const { Network, models, simulateInWorker } = spikeloom;
      const network = new Network();
      network.population('cells', models.izhikevich(), 3);
      const far = await simulateInWorker(network);
      const run = far.run(Number.POSITIVE_INFINITY).catch(String);
      Object.assign(globalThis, { run, far });
    });
    await page.workers()[0].evaluate(() => globalThis.close());
    const [first, later] = await page.evaluate(async () => {
      const { run, far } = globalThis as unknown as { run: Promise<string>; far: import('../../src/browser/index.ts').RemoteSimulation };
      return [await run, await far.pause().catch(String)];
    });
    expect(first).toBe(`SpikeloomError [unsupported]: the engine's worker has died: it ended without a word; it may have run out of memory
  What was recorded is kept in the page. Start another: simulateInWorker(network).`);
    expect(later).toBe(first);
    await page.close();
  });

  const attempt = async (worker: string | undefined): Promise<string> => {
    const { Network, models, simulateInWorker } = spikeloom;
    const network = new Network({ duration: 5 });
    network.population('cells', models.izhikevich(), 3);
    try {
      const far = await simulateInWorker(network, worker === undefined ? {} : { worker });
      const { end } = await far.run();
      far.dispose();
      return end;
    } catch (error) {
      return String(error);
    }
  };

  it('says what a strict page must allow, and takes the engine from a file of its own', async () => {
    const script = pages.script('spikeloom.js');
    const engine = pages.script('engine.js');
    const policy = "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'";
    const { page } = await openModule(moduleOf(script, { 'Content-Security-Policy': policy }));
    expect(await page.evaluate(attempt, undefined)).toMatch(
      /^SpikeloomError \[unsupported\]: the engine's worker can't be started: .+\n {2}A content security policy must allow 'worker-src blob:' and 'wasm-unsafe-eval'; or serve the package's browser\/engine\.js beside the page and give \{ worker: 'engine\.js' \}\.$/,
    );
    expect(await page.evaluate(attempt, engine)).toBe('done');
    expect(await page.evaluate(attempt, `${pages.url}/nothing.js`)).toMatch(
      /^SpikeloomError \[unsupported\]: the engine's worker can't be started: its file could not be loaded\n/,
    );
    await page.close();
  });

  it('packs recordings into the bytes that Node packs', async () => {
    const { page } = await openModule(moduleOf(pages.script('spikeloom.js')));
    const text = readFileSync(fileOf('examples/interactingLattices.yaml'), 'utf8');
    const bytes = await page.evaluate(async (yaml) => {
      const far = await spikeloom.simulateInWorker(yaml);
      await far.run(100);
      const packed = await spikeloom.packNpz(far.recordings);
      far.dispose();
      return [...packed];
    }, text);
    const own = await simulate(interactingLattices());
    await own.run(100);
    expect(Buffer.from(bytes).equals(await packNpz(own.recordings))).toBe(true);
    await page.close();
  });

  it('takes a network as text, and shows where it is wrong', async () => {
    const { page } = await openModule(moduleOf(pages.script('spikeloom.js')));
    const text = readFileSync(fileOf('examples/interactingLattices.yaml'), 'utf8');
    const [spikes, wrong] = await page.evaluate(async (yaml) => {
      const far = await spikeloom.simulateInWorker(yaml);
      await far.run(200);
      const { times } = far.recordings.spikes('excitatory');
      far.dispose();
      return [times.length, await spikeloom.simulateInWorker(`${yaml}\nseeds: 3\n`).catch(String)] as const;
    }, text);
    const own = await simulate(interactingLattices());
    await own.run(200);
    expect(spikes).toBe(own.recordings.spikes('excitatory').times.length);
    expect(wrong).toMatch(/^SpikeloomError \[unknown-name\]: [\s\S]*'seeds'[\s\S]*\^{5}/);
    await page.close();
  });

  it('refuses options that it does not know', async () => {
    const { page } = await openModule(moduleOf(pages.script('spikeloom.js')));
    const refused = await page.evaluate(async () => {
      const network = new spikeloom.Network();
      const options = { maxWall: 100 } as object;
      return spikeloom.simulateInWorker(network, options).catch(String);
    });
    expect(refused).toMatchInlineSnapshot(`
      "SpikeloomError [usage]: simulateInWorker has no option 'maxWall'
        Did you mean 'maxRate'? Known here: backend, precision, threads, sink, keepRecorded, maxMemory, maxRate, onJournal, worker."
    `);
    await page.close();
  });
});
