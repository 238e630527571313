import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { writeWhole } from '#platform';
import { packFault, packNetwork } from '../browser/page/parcel.ts';
import { predicatesAsEdges } from '../compile/edges.ts';
import { SpikeloomError } from '../core/error.ts';
import { loadNetwork } from './loadNetwork.ts';
import { errorText } from './report.ts';

export interface PageFlags {
  /** 0 or nothing: any that is free. */
  readonly port?: number;
  /** Whether a browser is to be opened. */
  readonly open?: boolean;
  /** Write the page to this file instead of serving it. */
  readonly out?: string;
}

/** Only this machine may ask. */
const HOST = '127.0.0.1';

/** What lets a page have shared memory, and nothing in it reach elsewhere. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/**
 * `spikeloom page FILE`: serves a page in which the network of a file runs, until Ctrl-C; or writes that page. The file is read
 * anew whenever the page is loaded; what is wrong with it is shown there. Answers the exit code.
 *
 * @throws SpikeloomError where there is no such file, the port is taken, or the page can't be written; and, for a page that is
 *   written, for what is wrong with the network
 */
export async function page(file: string, flags: PageFlags): Promise<number> {
  const network = await networkOf(file);
  if (flags.out !== undefined) {
    if (network instanceof SpikeloomError) throw network;
    await write(flags.out, pageWith(network));
    process.stdout.write(`Written to ${flags.out}: open it in a browser, or send it to somebody\n`);
    return 0;
  }
  // A file that is not there will hardly come: one that has a mistake is about to be mended.
  if (network instanceof SpikeloomError && network.code === 'usage') throw network;
  const server = createServer((request, response) => void answer(request, response, file));
  const url = await listen(server, flags.port ?? 0);
  process.stdout.write(`${basename(file)} runs at ${url}\nReload the page after changes to the file; Ctrl-C ends.\n`);
  if (flags.open !== false) openBrowser(url);
  await interrupted();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return 0;
}

/** The parcel of a network, or what is wrong with it. */
async function networkOf(file: string): Promise<string | SpikeloomError> {
  try {
    const { def } = await loadNetwork(file);
    return packNetwork(basename(file), predicatesAsEdges(def));
  } catch (error) {
    if (error instanceof SpikeloomError) return error;
    throw error;
  }
}

function template(): string {
  return readFileSync(new URL('../browser/page.html', import.meta.url), 'utf8');
}

/** The page with a network in it. */
function pageWith(parcel: string): string {
  // Within a script element, only `<` could end it.
  const inert = parcel.replaceAll('<', '\\u003c');
  return template().replace('id="network">', () => `id="network">${inert}`);
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeWhole(dirname(path), basename(path), content);
  } catch (error) {
    throw new SpikeloomError({
      code: 'input-output',
      message: `can't write ${path}: ${(error as Error).message}`,
      hint: 'Give a file in a folder that can be written to.',
    });
  }
}

async function answer({ url, method, headers }: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8` }).end(body);
  };
  // Other names for this machine are those of pages that are up to something.
  const { hostname } = new URL(`http://${headers.host ?? 'nobody'}`);
  if (hostname !== HOST && hostname !== 'localhost') return send(403, 'text/plain', `ask for ${HOST}`);
  if (method !== 'GET' && method !== 'HEAD') return send(405, 'text/plain', 'GET alone is answered');
  const { pathname } = new URL(url ?? '/', `http://${HOST}`);
  if (pathname === '/') return send(200, 'text/html', template());
  if (pathname !== '/network.json') return send(404, 'text/plain', 'there is nothing here');
  try {
    const network = await networkOf(file);
    send(200, 'application/json', network instanceof SpikeloomError ? packFault(basename(file), errorText(network)) : network);
  } catch (error) {
    send(200, 'application/json', packFault(basename(file), errorText(error)));
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new SpikeloomError({
      code: 'usage',
      message: error.code === 'EADDRINUSE' ? `port ${port} is taken` : `can't listen on port ${port}: ${error.message}`,
      hint: 'Give another --port, or none for any that is free.',
    });
  });
  return `http://${HOST}:${(server.address() as AddressInfo).port}/`;
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens the page where there is a browser; where there is none, its address has been printed. */
function openBrowser(url: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => process.stderr.write(`no browser could be opened (${command}): open ${url} yourself\n`));
  child.unref();
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
