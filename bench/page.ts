import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../test/browser/setup/chromium.ts';

/** What a page showed while it was watched. */
export interface PageFigures {
  /** Between two frames that the browser painted, ms. */
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  readonly frames: number;
  /** Frames in which the map showed another picture. */
  readonly changed: number;
  /** Model ms a real s. */
  readonly speed: number;
  /** Of this machine, over the last minute. */
  readonly load: number;
}

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The live page of a lattice at full speed, in headless Chromium, watched for some seconds. Needs built files. */
export async function benchPage({ side, seconds }: { readonly side: number; readonly seconds: number }): Promise<PageFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'spikeloom-bench-'));
  const file = join(folder, 'lattice.ts');
  writeFileSync(
    file,
    `import { neighbours } from ${JSON.stringify(at('bench/networks/neighbours.ts'))};\nexport const network = neighbours(${side});\n`,
  );
  const server = spawn(process.execPath, [at('dist/cli/main.js'), 'page', file, '--no-open'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(await addressOf(server.stdout));
    await page.getByLabel('Speed').fill('41', { timeout: 60_000 });
    await page.waitForTimeout(1000);
    return { ...(await watchFrames(page, seconds * 1000)), load: loadavg()[0] };
  } finally {
    await browser.close();
    server.kill('SIGINT');
    rmSync(folder, { recursive: true });
  }
}

function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    output.on('data', (data: Buffer) => {
      text += data.toString();
      const found = /http:\S+/.exec(text);
      if (found) resolve(found[0]);
    });
    output.on('end', () => reject(new Error('the page was not served')));
  });
}

async function watchFrames(page: Page, duration: number): Promise<Omit<PageFigures, 'load'>> {
  const { intervals, changed, model } = await page.evaluate(async (ms) => {
    const map = document.querySelector<HTMLCanvasElement>('canvas.map');
    const time = (): number => {
      const text = document.querySelector('[data-name="time"] .value')?.textContent ?? '';
      return Number.parseFloat(text) * (text.endsWith(' s') ? 1000 : 1);
    };
    const picture = (): string => map?.getContext('2d')?.getImageData(0, 0, map.width, map.height).data.slice(0, 400).join() ?? '';
    const begin = performance.now();
    const from = time();
    const intervals: number[] = [];
    let [last, before, changed] = [begin, '', 0];
    await new Promise<void>((resolve) => {
      const frame = (): void => {
        const now = performance.now();
        intervals.push(now - last);
        last = now;
        const shown = picture();
        if (shown !== before) changed++;
        before = shown;
        if (now - begin < ms) requestAnimationFrame(frame);
        else resolve();
      };
      requestAnimationFrame(frame);
    });
    return { intervals: intervals.slice(1), changed, model: time() - from };
  }, duration);
  const sorted = intervals.toSorted((a, b) => a - b);
  const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { median: quantile(0.5), p95: quantile(0.95), max: quantile(1), frames: sorted.length, changed, speed: (model / duration) * 1000 };
}

export function pageText({ median, p95, max, frames, changed, speed, load }: PageFigures): string {
  return `ms between frames    ${median.toFixed(1)} median, ${p95.toFixed(1)} 95 %, ${max.toFixed(1)} max, of ${frames}
maps that changed    ${changed}
model ms a real s    ${speed.toFixed(0)}
load of the machine  ${load.toFixed(1)}
`;
}
