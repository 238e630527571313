import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block of a Markdown page. */
export interface Block {
  readonly language: string;
  /** The name in ```ts [name]: the file that the block shows. */
  readonly file: string | undefined;
  readonly text: string;
  /** Line of its first line of text, counted from 1. */
  readonly line: number;
}

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\S*)[ \t]*(?:\[([^\]\n]+)\])?[^\n]*\n(.*?)^```$/gms)].map((match) => ({
    language: match[1],
    file: match[2],
    text: match[3],
    line: markdown.slice(0, match.index).split('\n').length + 1,
  }));
}

/** TypeScript of a page that makes one module: a block that imports something begins one, the next blocks without imports go on with it. */
export interface Program {
  /** Where it lies, relative to the folder that it runs in. */
  readonly path: string;
  readonly blocks: readonly Block[];
}

export function programsOf(page: string, blocks: readonly Block[]): Program[] {
  const programs: { path: string; blocks: Block[] }[] = [];
  for (const block of blocks) {
    if (block.language !== 'ts') continue;
    const last = programs.at(-1);
    if (last && !/^import /m.test(block.text)) last.blocks.push(block);
    else programs.push({ path: join(page, block.file?.replace(/\.mjs$/, '.ts') ?? `line${block.line}.ts`), blocks: [block] });
  }
  return programs;
}

/** What came of running a program: what each of its blocks printed, and what it threw. */
export interface Outcome {
  readonly printed: readonly string[];
  readonly thrown?: string;
}

/** A folder within this package, where 'spikeloom' is the built package itself. */
export function workshop(): { readonly path: string; write(file: string, text: string): string; remove(): void } {
  const path = mkdtempSync(join(ROOT, '.blocks-'));
  return {
    path,
    write(file, text) {
      const full = join(path, file);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
      return full;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

const END_OF_BLOCK = '\0';

/** Imports modules one after the other, each in the folder it lies in, and writes down what they print and throw. */
const RUNNER = `
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
const [list, report] = process.argv.slice(2);
const { default: files } = await import(list, { with: { type: 'json' } });
const outcomes = [];
let printed = '';
process.stdout.write = (text) => { printed += text; return true; };
for (const file of files) {
  printed = '';
  process.chdir(dirname(file));
  let thrown;
  try { await import(file); } catch (error) { thrown = error?.name ? error.name + ': ' + error.message : String(error); }
  outcomes.push({ printed: printed.split('\\0\\n'), thrown });
}
writeFileSync(report, JSON.stringify(outcomes));
`;

/** Runs programs in one process, in their order. */
export async function runPrograms(shop: ReturnType<typeof workshop>, programs: readonly Program[]): Promise<Outcome[]> {
  const files: string[] = [];
  for (const { path, blocks } of programs) {
    const source = blocks.map((block) => block.text).join(`\nconsole.log(${JSON.stringify(END_OF_BLOCK)});\n`);
    shop.write(path, blocks.map((block) => block.text).join('\n'));
    const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'es2022', sourcefile: path });
    files.push(shop.write(path.replace(/\.ts$/, '.run.mjs'), code));
  }
  const runner = shop.write('runner.mjs', RUNNER);
  const report = join(shop.path, 'report.json');
  await promisify(execFile)(process.execPath, ['--no-warnings', runner, shop.write('programs.json', JSON.stringify(files)), report]);
  return JSON.parse(readFileSync(report, 'utf8'));
}
