import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

const BELOW_COMPILE = ['core', 'ir', 'language', 'model', 'models', 'network'];
const BELOW_SIMULATION = [...BELOW_COMPILE, 'compile', 'backends', 'backends/js', 'backends/wasm'];
const BELOW_EDGES = [...BELOW_SIMULATION, 'simulation', 'attractors'];

/** What each folder of src may import, besides itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  ir: ['core'],
  language: ['core', 'ir'],
  model: ['core', 'ir', 'language'],
  models: ['core', 'language', 'model'],
  network: ['core', 'ir', 'language', 'model', 'models'],
  compile: [...BELOW_COMPILE, 'backends'],
  backends: ['core', 'ir'],
  'backends/js': ['core', 'ir', 'backends'],
  'backends/wasm': ['core', 'ir', 'backends'],
  platform: ['core'],
  simulation: BELOW_SIMULATION,
  analysis: BELOW_EDGES,
  attractors: ['core', 'simulation'],
  text: BELOW_COMPILE,
  io: [...BELOW_EDGES, 'analysis', 'text', 'plot'],
  plot: [...BELOW_EDGES, 'analysis', 'text', 'io'],
  browser: [...BELOW_EDGES, 'analysis', 'text', 'io', 'plot'],
  cli: [...BELOW_EDGES, 'analysis', 'text', 'io', 'plot', 'browser'],
};

/** Code that a rule refuses, at the place where it is refused. */
const REFUSED: Record<string, { readonly rule: string; readonly file: string; readonly code: string }> = {
  'unseeded random numbers': { rule: 'plugin', file: 'src/core/random.ts', code: 'export const x = Math.random();' },
  any: { rule: 'noExplicitAny', file: 'src/core/any.ts', code: 'export const f = (x: any) => x;' },
  'non-null !': { rule: 'noNonNullAssertion', file: 'src/core/bang.ts', code: 'export const f = (x?: string) => x!;' },
  'default exports': { rule: 'noDefaultExport', file: 'src/core/value.ts', code: 'export default 1;' },
  'private as a word': {
    rule: 'useConsistentMemberAccessibility',
    file: 'src/core/hidden.ts',
    code: 'export class A { private x = 1; y = this.x; }',
  },
  'file names other than camelCase': { rule: 'useFilenamingConvention', file: 'src/core/BadName.ts', code: 'export const x = 1;' },
  'node modules below the edges': { rule: 'noNodejsModules', file: 'src/io/files.ts', code: "export { readFileSync } from 'node:fs';" },
  'imports without extension': { rule: 'useImportExtensions', file: 'src/core/bare.ts', code: "export { f } from './any';" },
  'import cycles': { rule: 'noImportCycles', file: 'src/core/egg.ts', code: "import { hen } from './hen.ts'; export const egg = () => hen;" },
  'import cycles of types': {
    rule: 'noImportCycles',
    file: 'src/core/hen.ts',
    code: "import type { egg } from './egg.ts'; export let hen: typeof egg;",
  },
};

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

describe('the linter', () => {
  const project = mkdtempSync(join(tmpdir(), 'spikeloom-layers-'));
  const folders = Object.keys(MAY_IMPORT);
  let diagnostics: readonly Diagnostic[] = [];

  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  };

  beforeAll(() => {
    for (const path of ['biome.json', 'scripts/lint']) cpSync(join(root, path), join(project, path), { recursive: true });
    for (const from of folders) {
      const up = '../'.repeat(from.split('/').length);
      write(`src/${from}/probe.ts`, folders.map((to) => `export * from '${up}${to}/${to === 'backends' ? 'backend' : 'thing'}.ts';\n`).join(''));
    }
    for (const { file, code } of Object.values(REFUSED)) write(file, code);
    const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', '.'], {
      cwd: project,
      encoding: 'utf8',
    });
    diagnostics = JSON.parse(stdout).diagnostics;
  });
  afterAll(() => rmSync(project, { recursive: true }));

  it.each(folders)('lets src/%s import only what lies below it', (from) => {
    const refused = new Set(
      diagnostics
        .filter((d) => d.category === 'lint/style/noRestrictedImports' && d.location.path === `src/${from}/probe.ts`)
        .map((d) => d.location.start.line - 1),
    );
    const accepted = folders.filter((to, line) => to !== from && !refused.has(line));
    expect(accepted.toSorted()).toEqual([...MAY_IMPORT[from]].toSorted());
  });

  it('knows every folder of src', () => {
    const present = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders).toEqual(expect.arrayContaining(present.map((entry) => entry.name)));
    const backends = readdirSync(join(root, 'src/backends'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders).toEqual(expect.arrayContaining(backends.map((entry) => `backends/${entry.name}`)));
  });

  it.each(Object.keys(REFUSED))('refuses %s', (what) => {
    const { rule, file } = REFUSED[what];
    const categories = diagnostics.filter((d) => d.location.path === file).map((d) => d.category.split('/').at(-1));
    expect(categories).toContain(rule);
  });
});
