import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../browser/setup/chromium.ts';

/** A file of the tree, by its path from the root. */
export const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
/** What hosts of packages answer with. */
export const SHARED = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };

export interface Answer {
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on a port of its own: an origin. */
export class Site {
  readonly #server: Server;
  readonly #answers = new Map<string, Answer>();

  constructor() {
    this.#server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const answer = this.#answers.get(request.url ?? '');
      if (!answer) response.writeHead(404).end();
      else response.writeHead(200, { 'Content-Type': answer.type ?? 'text/html; charset=utf-8', ...answer.headers }).end(answer.body);
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  serve(path: string, answer: Answer): string {
    this.#answers.set(path, answer);
    return `${this.url}${path}`;
  }

  /** Serves a built file. */
  script(name: string, headers: Readonly<Record<string, string>> = {}): string {
    const path = fileOf(`dist/browser/${name}`);
    if (!existsSync(path)) throw new Error('dist is missing: npm run build');
    return this.serve(`/${name}`, { body: readFileSync(path, 'utf8'), type: 'text/javascript', headers });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_ARGUMENTS] });
}

/** A page that keeps what went wrong in it. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ readonly page: Page; readonly faults: string[] }> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(25_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) faults.push(message.text());
  });
  return { page, faults };
}
