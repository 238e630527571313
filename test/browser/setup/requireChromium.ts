import { existsSync } from 'node:fs';
import { chromiumPath } from './chromium.ts';

if (!existsSync(chromiumPath())) {
  console.error(`The browser tests need Chromium and there is none at ${chromiumPath()}.
  Debian or Ubuntu: apt-get install chromium
  elsewhere: set SPIKELOOM_CHROMIUM to the path of a Chromium or Chrome
The other tests need no browser: npm run test:node`);
  process.exitCode = 1;
}
