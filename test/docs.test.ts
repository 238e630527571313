import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksOf, type Outcome, type Program, programsOf, ROOT, runPrograms, workshop } from './support/markdown.ts';

const execute = promisify(execFile);
const SLOW = 120_000;

/** Every page that is written by hand. */
const PAGES = ['.', 'guide'].flatMap((folder) =>
  readdirSync(join(ROOT, 'docs', folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => {
      const blocks = blocksOf(readFileSync(join(ROOT, 'docs', folder, name), 'utf8'));
      return { page: name.replace('.md', ''), blocks };
    }),
);

interface Example {
  readonly name: string;
  readonly page: string;
  readonly block: Block;
  /** The text right after it, where there is one: what it prints, or what it throws. */
  readonly shown: string | undefined;
}

const EXAMPLES: readonly Example[] = PAGES.flatMap(({ page, blocks }) =>
  blocks.map((block, i) => {
    const next = blocks.at(i + 1);
    return { name: `${page}, line ${block.line}`, page, block, shown: next?.language === 'text' ? next.text : undefined };
  }),
);

const examplesIn = (language: string) => EXAMPLES.filter(({ block }) => block.language === language);

/** Compares what came with what a page shows, where `…` stands for anything. */
function expectShown(came: string, shown: string): void {
  const pattern = shown
    .trimEnd()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*?');
  if (!new RegExp(`^${pattern}$`, 's').test(came.trimEnd())) expect(came.trimEnd()).toBe(shown.trimEnd());
}

const shop = workshop();
for (const { page, block } of EXAMPLES) if (block.file !== undefined) shop.write(join(page, block.file), block.text);
afterAll(() => shop.remove());

it('blocks are in languages that are tested, and text follows what prints it', () => {
  const tested = ['ts', 'yaml', 'csv', 'nb', 'sh', 'html', 'json', 'python', 'text'];
  for (const { page, blocks } of PAGES) {
    blocks.forEach((block, i) => {
      expect(tested, `${page}, line ${block.line}`).toContain(block.language);
      if (block.language === 'text') expect(['ts', 'sh', 'python'], `${page}, line ${block.line}`).toContain(blocks[i - 1]?.language);
    });
  }
});

describe('TypeScript', () => {
  const programs = PAGES.flatMap(({ page, blocks }) => programsOf(page, blocks));
  const place = new Map<Block, { readonly program: Program; readonly index: number }>(
    programs.flatMap((program) => program.blocks.map((block, index) => [block, { program, index }] as const)),
  );
  let outcomes: ReadonlyMap<Program, Outcome> = new Map();

  beforeAll(async () => {
    const all = await runPrograms(shop, programs);
    outcomes = new Map(programs.map((program, i) => [program, all[i]]));
  }, SLOW);

  it.each(examplesIn('ts'))('$name', ({ block, shown }) => {
    const { program, index } = place.get(block) as { program: Program; index: number };
    const { printed, thrown } = outcomes.get(program) as Outcome;
    const isLast = index === program.blocks.length - 1;
    const failure = isLast ? thrown : undefined;
    if (!shown?.startsWith('SpikeloomError')) expect(failure).toBeUndefined();
    if (shown !== undefined) expectShown(failure ?? printed[index] ?? 'it was never reached', shown);
  });

  it('compiles', { timeout: SLOW }, async () => {
    const compilerOptions = {
      strict: true,
      module: 'NodeNext',
      target: 'ES2022',
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      types: ['node'],
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
    };
    const config = shop.write('tsconfig.json', JSON.stringify({ compilerOptions, files: programs.map(({ path }) => path) }));
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const { stdout } = await execute(process.execPath, [compiler, '-p', config, '--pretty', 'false']).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});

const PYTHON = '/usr/bin/python3';
const hasPython = spawnSync(PYTHON, ['-c', 'import numpy, h5py']).status === 0;

describe('Python that reads results', () => {
  const readers = examplesIn('python').filter(({ block }) => /import (numpy|h5py)/.test(block.text));

  it.skipIf(!hasPython).each(readers)('$name', async ({ page, block, shown }) => {
    const { stdout } = await execute(PYTHON, ['-c', block.text], { cwd: join(shop.path, page) });
    if (shown !== undefined) expectShown(stdout, shown);
  });
});

describe('text', () => {
  it.each(examplesIn('yaml'))('$name', async ({ page, block }) => {
    const { parseModel, readNetworkWithFiles } = await import(pathToFileURL(join(ROOT, 'dist/text/index.js')).href);
    const { readSpikeTimes } = await import(pathToFileURL(join(ROOT, 'dist/index.js')).href);
    const readTimes = (path: string, options: object) => readSpikeTimes(join(shop.path, page, path), options);
    const parse = async () => (/^populations:/m.test(block.text) ? readNetworkWithFiles(block.text, { readTimes }) : parseModel(block.text));
    // A file of that name shows what a mistake looks like; the command that runs it follows.
    if (block.file?.startsWith('wrong.')) await expect(parse()).rejects.toThrow(expect.objectContaining({ problems: expect.any(Array) }));
    else await parse();
  });
});

describe('models of the .nb language', () => {
  it.each(examplesIn('nb'))('$name', async ({ block }) => {
    const { importNb } = await import(pathToFileURL(join(ROOT, 'dist/text/index.js')).href);
    if (block.file?.startsWith('wrong.')) expect(() => importNb(block.text)).toThrow(expect.objectContaining({ problems: expect.any(Array) }));
    else expect(importNb(block.text)).not.toEqual([]);
  });
});

it('pages that are shown are those of the examples', () => {
  for (const { name, block } of examplesIn('html')) {
    expect(block.text, name).toBe(readFileSync(join(ROOT, 'examples', block.file ?? ''), 'utf8'));
  }
});

describe('commands', () => {
  const bin = join(shop.path, 'bin');

  beforeAll(async () => {
    const command = `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'dist/cli/main.js')}" "$@"\n`;
    for (const file of [shop.write('bin/spikeloom', command), shop.write('bin/npx', '#!/bin/sh\nexec "$@"\n')]) await execute('chmod', ['+x', file]);
  });

  it.each(examplesIn('sh'))('$name', { timeout: SLOW }, async ({ page, block, shown }) => {
    if (block.text.startsWith('npm ')) return expectScripts(block.text);
    const options = { cwd: join(shop.path, page), env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } };
    const fails = shown?.startsWith('SpikeloomError') ?? false;
    const { code = 0, stdout, stderr } = await execute('bash', ['--norc', '-euc', block.text], options).catch((error) => error);
    if (!fails) expect(code, stderr).toBe(0);
    if (shown !== undefined) expectShown(fails ? stderr : stdout, shown);
  });
});

/** Lines of npm are for a checkout; what they run exists. */
function expectScripts(text: string): void {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const [, script] of text.matchAll(/npm (?:run )?(\S+)/g)) if (script !== 'install') expect(scripts).toHaveProperty(script);
}
