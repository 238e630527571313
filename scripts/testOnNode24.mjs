// Runs the node tests that Node's version bears on with Node 24, which the npm package `node` brings; it is installed into a
// temporary folder.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const home = mkdtempSync(join(tmpdir(), 'spikeloom-node24-'));
writeFileSync(join(home, 'package.json'), '{ "private": true }');

/** Beginnings of paths: without those of pages, text, the guide and the pack. */
const TESTS = [
  'src/',
  ...['conformance', 'convergence', 'golden', 'property', 'results', 'support'].map((folder) => `test/${folder}/`),
  ...['cli/run', 'cli/manifest', 'cli/drive', 'errors', 'examples', 'random', 'warnings', 'wrongKinds'].map((name) => `test/${name}.test.ts`),
];

const bin = join(home, 'node_modules', '.bin');
const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
const run = (command, args, cwd) => spawnSync(command, args, { cwd, env, stdio: 'inherit', shell: process.platform === 'win32' }).status;

let status = run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', 'node@24'], home);
if (status === 0)
  status = run('node', ['-e', "console.log('Node', process.version); process.exit(process.version.startsWith('v24.') ? 0 : 1)"], home);
if (status === 0) status = run('node', [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'node', ...TESTS], process.cwd());
rmSync(home, { recursive: true, force: true });
process.exitCode = status ?? 1;
