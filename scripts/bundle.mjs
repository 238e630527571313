// Makes the files for browsers from the built modules: dist/browser/engine.js, what runs in the worker; spikeloom.js, the library
// as one module; spikeloom.global.js, the same for a script tag. The engine's text lies in the latter two, so that they start
// their worker wherever they come from. And page.html: the live page with all that belongs to it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../dist/browser/${path}`, import.meta.url));

const common = {
  bundle: true,
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  platform: 'browser',
  target: ['es2022', 'chrome112', 'firefox115', 'safari16.4'],
  // What modules mean here is what package.json says; the paths of tsconfig.json are for the sources.
  tsconfigRaw: '{}',
  // Archives in a page are only written, and nothing in them is compressed: this build has all that takes, and half the size.
  alias: { '@zip.js/zip.js': '@zip.js/zip.js/lib/zip-core.js' },
  logLevel: 'warning',
};

await build({ ...common, entryPoints: [at('engine/main.js')], format: 'iife', outfile: at('engine.js') });
const define = { ENGINE_TEXT: JSON.stringify(readFileSync(at('engine.js'), 'utf8')) };
await build({ ...common, define, entryPoints: [at('index.js')], format: 'esm', outfile: at('spikeloom.js') });
await build({ ...common, define, entryPoints: [at('index.js')], format: 'iife', globalName: 'spikeloom', outfile: at('spikeloom.global.js') });

const source = (name) => fileURLToPath(new URL(`../src/browser/page/${name}`, import.meta.url));
const textOf = async (options) => (await build({ ...common, ...options, write: false })).outputFiles[0].text.trim();
const script = await textOf({ define, entryPoints: [at('page/main.js')], format: 'iife' });
const style = await textOf({ entryPoints: [source('page.css')] });
const page = readFileSync(source('page.html'), 'utf8')
  .replace('/*style*/', () => style)
  .replace('/*script*/', () => script);
writeFileSync(at('page.html'), page);
