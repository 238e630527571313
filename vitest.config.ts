import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './test/browser/setup/chromium.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Sources take the platform from the sources; built files take theirs from package.json. */
function platformOfSources(file: string): Plugin {
  return {
    name: 'platform-of-sources',
    enforce: 'pre',
    resolveId: (id, importer) => (id === '#platform' && importer?.startsWith(at('src/')) ? at(file) : undefined),
  };
}

/** What the examples import: the sources in Node, the built files in a browser. */
const packageFrom = (folder: string, extension: string) => [
  { find: /^spikeloom$/, replacement: at(`${folder}/index.${extension}`) },
  { find: /^spikeloom\/(models|analysis|attractors|plot|text|browser)$/, replacement: at(`${folder}/$1/index.${extension}`) },
];

/** What a page must answer with before a browser lends it shared memory. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  test: {
    // One core is left idle otherwise.
    maxWorkers: '100%',
    projects: [
      {
        plugins: [platformOfSources('src/platform/node.ts')],
        resolve: { alias: packageFrom('src', 'ts') },
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/browser/**'],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [platformOfSources('src/platform/web.ts')],
        resolve: { alias: packageFrom('dist', 'js') },
        server: { headers: ISOLATION },
        optimizeDeps: { include: ['fast-check', 'gifenc', 'yaml', 'zod'] },
        test: {
          name: 'browser',
          include: ['test/conformance/**/*.test.ts', 'test/browser/**/*.test.ts'],
          testTimeout: 20_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: chromiumPath(), args: [...CHROMIUM_ARGUMENTS] } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
