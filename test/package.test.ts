import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const SLOW = 120_000;

/** What a person would write first; it is both JavaScript and TypeScript. */
const PROGRAM = `
import { allToAll, Network, simulate } from 'spikeloom';
import { hopfieldWeights, pattern } from 'spikeloom/attractors';
import { electrical, izhikevich } from 'spikeloom/models';

const stored = hopfieldWeights([pattern(['#.#', '.#.'])]);
const network = new Network({ dt: 0.1, duration: 10, seed: 1 });
const cells = network.lattice('cells', izhikevich(), { rows: 2, columns: 3 });
network.connect(cells, cells, electrical(), allToAll());
network.record(cells, 'v');
const simulation = await simulate(network);
await simulation.run();
console.log(simulation.recordings.trace(cells, 'v').times.length, stored.size);
`;

/** Stands in a TypeScript file after the program: proves that the types arrive, for `any` would accept it. */
const WRONG_USE = `
// @ts-expect-error a network is no number
export const count: number = network;
// @ts-expect-error the model has no such quantity
cells.set({ vth: 1 });
`;

/** Every file that package.json promises to those who install the package. */
function promisedFiles(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace('./', '')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(promisedFiles) : [];
}

describe('the packed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikeloom-package-'));
  const user = join(folder, 'user');
  let packed: string[] = [];

  const run = (command: string, args: readonly string[], cwd: string) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' });

  beforeAll(() => {
    if (!existsSync(join(root, 'dist'))) throw new Error('dist is missing: npm run build');
    const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root));
    packed = files.map((file: { path: string }) => file.path);
    mkdirSync(user);
    writeFileSync(join(user, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
    run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)], user);
  }, SLOW);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('carries built files and the papers, nothing else', () => {
    const allowed = [
      /^dist\/(?!.*\.test\.).*\.(js|d\.ts)$/,
      /^dist\/platform\/\w+\.(mjs|d\.mts)$/,
      /^dist\/browser\/page\.html$/,
      /^schema\/\w+\.schema\.json$/,
      /^models\/\w+\.yaml$/,
      /^assets\//,
      /^(package\.json|README\.md|ARCHITECTURE\.md|LICENSE)$/,
    ];
    expect(packed.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(packed).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
  });

  it('carries every file that package.json names', () => {
    const { exports, imports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(packed).toEqual(expect.arrayContaining(promisedFiles([exports, imports, bin])));
  });

  it('runs from JavaScript', { timeout: SLOW }, () => {
    writeFileSync(join(user, 'program.js'), PROGRAM);
    expect(run(process.execPath, ['program.js'], user).trim()).toBe('100 6');
  });

  it('brings its types, complete without those of Node', { timeout: SLOW }, () => {
    writeFileSync(join(user, 'typed.ts'), PROGRAM + WRONG_USE);
    const compilerOptions = {
      strict: true,
      module: 'NodeNext',
      target: 'ES2022',
      lib: ['ES2023', 'DOM'],
      types: [],
      noEmit: true,
      skipLibCheck: false,
    };
    writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
    expect(run(process.execPath, [require.resolve('typescript/bin/tsc'), '--pretty', 'false'], user)).toBe('');
  });

  it('brings its command', { timeout: SLOW }, () => {
    expect(run('npx', ['--no', '--', 'spikeloom', '--help'], user)).toContain('spikeloom run');
  });
});
