import { existsSync } from 'node:fs';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Quiet, without a GPU, and willing to run as root inside a container. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is expected: SPIKELOOM_CHROMIUM, else the first usual place that has one, else Debian's. */
export function chromiumPath(): string {
  return process.env.SPIKELOOM_CHROMIUM ?? CANDIDATES.find((path) => existsSync(path)) ?? CANDIDATES[0];
}
