import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Workplace } from '../cli/support.ts';
import { fileOf, openChromium, openPage } from './support.ts';

const NETWORK = `
import { allToAll, Network } from 'spikeloom';
import { electrical, izhikevich, poissonTrain } from 'spikeloom/models';

export const network = new Network({ dt: 0.5, seed: 4 });
const model = izhikevich({ c: -55, w: 30, c_m: 100, g_gap: 7 });
const cells = network.lattice('cells', model, { rows: 6, columns: 8, normalize: 'mean' }).set({ v: 'uniform(v_init, v_th)' });
network.connect(cells, cells, electrical(), allToAll({ autapses: false }));
network.lattice('noise', poissonTrain({ rate: 40 }), { rows: 3, columns: 3 });
network.population('loner', model, 1);
`;

const BROKEN = `
import { defineNeuron, Network, quantity } from 'spikeloom';
const cell = defineNeuron({ name: 'lif', quantities: { v: quantity(-65, 'mV'), tau: quantity(10, 'ms') }, equations: 'dv/dt = (1[mV] - v) / tua' });
export const network = new Network();
network.population('cells', cell(), 3);
`;

// Chromium starts slowly where many things run.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 25_000 } } });

let browser: Browser;
let place: Workplace;
let served: Served | undefined;
beforeAll(async () => {
  browser = await openChromium();
});
afterAll(() => browser.close());
beforeEach(() => {
  place = new Workplace();
});
afterEach(async () => {
  await served?.end();
  served = undefined;
  place.remove();
});

/** The command, serving. */
class Served {
  readonly url: Promise<string>;
  readonly code: Promise<number | null>;
  stderr = '';
  readonly #child: ChildProcess;

  constructor(file: string, options: { readonly flags?: readonly string[]; readonly path?: string } = {}) {
    const { flags = ['--no-open'], path = process.env.PATH } = options;
    this.#child = spawn(process.execPath, [fileOf('dist/cli/main.js'), 'page', file, ...flags], {
      cwd: place.path,
      env: { ...process.env, PATH: path },
    });
    this.code = new Promise((resolve) => this.#child.on('close', resolve));
    this.url = new Promise((resolve, reject) => {
      let text = '';
      this.#child.stdout?.on('data', (data: Buffer) => {
        text += data.toString();
        const found = /runs at (http:\S+)\n/.exec(text);
        if (found) resolve(found[1]);
      });
      this.#child.stderr?.on('data', (data: Buffer) => {
        this.stderr += data.toString();
        reject(new Error(this.stderr));
      });
    });
  }

  /** Ctrl-C. */
  async end(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.code;
  }
}

/** The page of a network, at rest. */
async function openNetwork(text = NETWORK): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  place.file('net.ts', text);
  served = new Served('net.ts');
  const opened = await openPage(browser, { reducedMotion: 'reduce' });
  await opened.page.goto(await served.url);
  await opened.page.getByRole('button', { name: 'Run' }).waitFor();
  return opened;
}

const timeOf = async (page: Page): Promise<number> => Number.parseFloat((await page.locator('[data-name="time"] .value').textContent()) ?? '');

const picture = (page: Page, index = 0): Promise<string> =>
  page
    .locator('canvas.map')
    .nth(index)
    .evaluate((canvas: HTMLCanvasElement) => canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data.join() ?? '');

/** Pixels of a picture over time that are not empty. */
const inked = (page: Page, label: string): Promise<number> =>
  page.getByRole('img', { name: label }).evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return data.filter((value, i) => i % 4 === 3 && value > 0).length;
  });

const untilTime = (page: Page, time: number): Promise<unknown> =>
  page.waitForFunction((ms) => Number.parseFloat(document.querySelector('[data-name="time"] .value')?.textContent ?? '0') >= ms, time, {
    timeout: 25_000,
  });

/** What the page shows when the last frame before a pause has come. */
async function settled(page: Page): Promise<{ readonly time: number; readonly shown: string }> {
  for (let before = ''; ; ) {
    const [time, shown] = [await timeOf(page), await picture(page)];
    if (`${time} ${shown}` === before) return { time, shown };
    before = `${time} ${shown}`;
    await page.waitForTimeout(200);
  }
}

describe('spikeloom page', () => {
  it('shows a network that stands, runs, pauses and starts again with the same picture', async () => {
    const { page, faults } = await openNetwork();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await page.locator('header p').textContent()).toBe('58 cells · 2 256 synapses · dt 0.5 ms · seed 4 · wasm f32');
    await page.waitForFunction(() => document.querySelector('.bar-top')?.textContent !== '');
    await expect.poll(async () => new Set((await picture(page)).split(',')).size, { timeout: 10_000 }).toBeGreaterThan(20);
    const { time: start, shown: first } = await settled(page);
    expect(start).toBe(0);

    await page.getByRole('button', { name: 'Run' }).click();
    await untilTime(page, 60);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Run' }).waitFor();
    const { time, shown } = await settled(page);
    expect(shown).not.toBe(first);
    await page.waitForTimeout(300);
    expect(await timeOf(page)).toBe(time);
    expect(await picture(page)).toBe(shown);
    await expect.poll(() => inked(page, 'spikes of all cells over time'), { timeout: 10_000 }).toBeGreaterThan(10);
    await expect.poll(() => inked(page, 'v (mV) over time'), { timeout: 10_000 }).toBeGreaterThan(50);

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Step' }).click();
    await untilTime(page, time + 0.5);
    expect(await timeOf(page)).toBe(time + 0.5);

    await page.getByRole('button', { name: 'Restart' }).click();
    await page.waitForFunction(() => document.querySelector('[data-name="time"] .value')?.textContent === '0.0 ms');
    await expect.poll(() => picture(page), { timeout: 10_000 }).toBe(first);
    await expect.poll(() => inked(page, 'spikes of all cells over time'), { timeout: 10_000 }).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('is driven by keys, and keeps about to its speed', async () => {
    const { page } = await openNetwork();
    await page.getByLabel('Speed').fill('25');
    await page.locator('h1').click();
    await page.keyboard.press('Space');
    const begin = performance.now();
    await untilTime(page, 250);
    const slow = performance.now() - begin;
    expect(slow).toBeGreaterThan(650);
    await page.getByLabel('Speed').fill('41');
    await page.waitForFunction(() => (document.querySelector('[data-name="time"] .value')?.textContent ?? '').endsWith(' s'), undefined, {
      timeout: 25_000,
    });
    await page.locator('h1').click();
    await page.keyboard.press('r');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Run' }).waitFor();
    await page.close();
  });

  it('runs at once where nothing speaks against motion, and shows spikes of what has no voltage', async () => {
    place.file('net.ts', NETWORK);
    served = new Served('net.ts');
    const { page } = await openPage(browser);
    await page.goto(await served.url);
    await untilTime(page, 60);
    expect(await page.getByLabel('quantity of noise').inputValue()).toBe('spikes');
    const before = await picture(page, 1);
    await untilTime(page, (await timeOf(page)) + 100);
    expect(await picture(page, 1)).not.toBe(before);
    const other = await picture(page);
    const bottom = page.locator('.bar-bottom').first();
    const low = await bottom.textContent();
    await page.getByLabel('quantity of cells').selectOption('w');
    await expect.poll(() => bottom.textContent()).not.toBe(low);
    expect(await picture(page)).not.toBe(other);
    await page.close();
  });

  it('sets parameters while it runs, and says what can not be set', async () => {
    const { page } = await openNetwork();
    await page.locator('summary').first().click();
    const field = page.getByLabel('v_th of cells, in mV');
    await expect.poll(() => field.inputValue()).toBe('30');
    await field.fill('12');
    await field.press('Enter');
    await page.getByRole('button', { name: 'Run' }).click();
    await untilTime(page, 40);
    await page.locator('summary').first().click();
    await page.locator('summary').first().click();
    await expect.poll(() => field.inputValue()).toBe('12');
    await page.locator('summary').last().click();
    const weight = page.getByLabel('w of cells → cells');
    await expect.poll(() => weight.inputValue()).toBe('1');
    await weight.fill('1e39');
    await weight.press('Enter');
    await expect.poll(() => page.locator('.fault:not(:empty)').textContent()).toMatch(/^the new value 0 is 1e\+39\n/);
    await page.close();
  });

  it('shows what is wrong with the file as text, and the file anew when it is loaded again', async () => {
    place.file('net.ts', BROKEN);
    served = new Served('net.ts');
    const { page } = await openPage(browser);
    await page.goto(await served.url);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toBe(`SpikeloomError [unknown-name]: 'tua' is not defined
  in model 'lif' > dv/dt
    dv/dt = (1[mV] - v) / tua
                          ^^^
  Did you mean 'tau'? Known here: v, tau, i_channels, i_receptors, t, dt, spiked, since_spike.
`);
    place.file('net.ts', NETWORK);
    await page.reload();
    await untilTime(page, 10);
    place.file('net.ts', NETWORK.replace('rows: 6', 'rows: 5'));
    await page.reload();
    await page.getByText('50 cells').waitFor();
    await page.close();
  });

  it('stops with a message where the network can not go on, and starts again', async () => {
    const { page } = await openNetwork(`
import { defineNeuron, Network, quantity } from 'spikeloom';
const cell = defineNeuron({ name: 'exploding', quantities: { v: quantity(1) }, equations: 'dv/dt = v^2' });
export const network = new Network({ dt: 1 });
network.population('cells', cell(), 3);
`);
    await page.getByRole('button', { name: 'Run' }).click();
    await expect
      .poll(() => page.getByRole('alert').first().textContent())
      .toMatch(/^SpikeloomError \[diverged\]: the value is no longer finite at t = \d+ ms\n/);
    expect(await page.getByRole('button', { name: 'Run' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Restart' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Run' }).isDisabled()).toBe(false);
    await page.close();
  });

  it.runIf(process.platform === 'linux')('opens a browser where there is one, and else says so', async () => {
    place.file('net.ts', NETWORK);
    place.file('bin/xdg-open', `#!/bin/sh\necho "$1" > ${place.path}/opened\n`);
    chmodSync(join(place.path, 'bin/xdg-open'), 0o755);
    served = new Served('net.ts', { flags: [], path: `${place.path}/bin:/usr/bin:/bin` });
    const url = await served.url;
    await expect.poll(() => place.exists('opened') && place.read('opened')).toBe(`${url}\n`);
    await served.end();

    served = new Served('net.ts', { flags: [], path: place.path });
    const address = await served.url;
    await expect.poll(() => served?.stderr).toBe(`no browser could be opened (xdg-open): open ${address} yourself\n`);
  });

  it('ends with Ctrl-C, also while somebody looks', async () => {
    const { page } = await openNetwork();
    expect(await served?.end()).toBe(0);
    await page.close();
  });

  it('answers nobody but pages of this machine', async () => {
    await openNetwork();
    const url = await served?.url;
    const { request } = await import('node:http');
    const status = (headers: Record<string, string>, method = 'GET', path = '/'): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request(`${url}${path.slice(1)}`, { headers, method }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await status({})).toBe(200);
    expect(await status({ host: 'evil.example:80' })).toBe(403);
    expect(await status({}, 'POST')).toBe(405);
    expect(await status({}, 'GET', '/etc/passwd')).toBe(404);
  });
});

describe('spikeloom page --out', () => {
  it('writes one page that runs as a file', async () => {
    const rule = "{ kind: 'predicate', predicate: (pre, post) => pre.index !== post.index }";
    const hostile = `
import { defineNeuron, quantity } from 'spikeloom';
const cell = defineNeuron({ name: '</script><h1>no</h1><!--', quantities: { v: quantity(0) }, equations: 'dv/dt = 0 * v' });
network.population('others', cell(), 2);
`;
    place.file('net.ts', NETWORK.replace('allToAll({ autapses: false })', rule) + hostile);
    expect(await place.run(['page', 'net.ts', '--out', 'pages/net.html'])).toEqual({
      code: 0,
      stdout: 'Written to pages/net.html: open it in a browser, or send it to somebody\n',
      stderr: '',
    });
    const { page, faults } = await openPage(browser);
    await page.goto(pathToFileURL(join(place.path, 'pages/net.html')).href);
    await untilTime(page, 60);
    expect(await page.locator('header p').textContent()).toBe('60 cells · 2 256 synapses · dt 0.5 ms · seed 4 · wasm f32');
    expect(await page.locator('h1').allTextContents()).toEqual(['net.ts']);
    expect(await page.getByText('</script><h1>no</h1><!--, 2 cells').count()).toBe(1);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('writes nothing of a network that is refused, nor where it may not', async () => {
    place.file('broken.ts', BROKEN);
    const broken = await place.run(['page', 'broken.ts', '--out', 'net.html']);
    expect({ code: broken.code, files: place.list() }).toEqual({ code: 1, files: ['broken.ts'] });
    expect(broken.stderr).toMatch(/^SpikeloomError \[unknown-name\]: 'tua' is not defined/);
    place.file('net.ts', NETWORK);
    place.file('file', '');
    const { code, stderr } = await place.run(['page', 'net.ts', '--out', 'file/net.html']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^SpikeloomError \[input-output\]: can't write file\/net\.html: .+\n {2}Give a file in a folder that can be written to\.\n$/,
    );
  });

  it('refuses a file that is not there, and a port that is taken', async () => {
    const missing = await place.run(['page', 'nothing.ts']);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toMatch(/^SpikeloomError \[usage\]: there is no file nothing\.ts\n/);
    await openNetwork();
    const { port } = new URL((await served?.url) ?? '');
    expect(await place.run(['page', 'net.ts', '--no-open', '--port', port])).toEqual({
      code: 2,
      stdout: '',
      stderr: `SpikeloomError [usage]: port ${port} is taken\n  Give another --port, or none for any that is free.\n`,
    });
  });
});
