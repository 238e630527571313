#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { PageFlags } from './page.ts';
import { errorText, exitCodeOf } from './report.ts';
import type { RunFlags } from './run.ts';

const EXAMPLES = `
Examples:
  spikeloom run network.ts                        run, print a summary
  spikeloom run network.ts --out results          and write spikes, traces and pictures there
  spikeloom run network.ts --seed 7 --precision f64

Exit codes: 0 done, 1 the network or its run is at fault, 2 wrong usage, 130 interrupted (what was recorded is kept).`;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '') throw new InvalidArgumentError('Give a whole number from 0 to 2^53 - 1.');
  return value;
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || text.trim() === '') throw new InvalidArgumentError('Give a time in ms, at least 0.');
  return value;
}

/** This package's version. */
function version(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('spikeloom')
    .description('Simulates spiking neural networks.')
    .usage('run FILE [options]')
    .version(version())
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  program
    .command('run')
    .description('run a network: FILE is a TypeScript or JavaScript module that exports one, or a function that makes one')
    .argument('<FILE>')
    .option('--out <DIR>', 'folder for spikes.csv, traces.csv and pictures')
    .option('--seed <S>', 'seed of all random numbers', wholeNumber)
    .option('--duration <MS>', 'model time to run', milliseconds)
    .addOption(new Option('--backend <NAME>', 'what carries the program out').choices(['js', 'wasm']))
    .addOption(new Option('--precision <P>', 'of state and arithmetic').choices(['f32', 'f64']))
    .option('--timings', 'print where the time went')
    .action(async (file: string, flags: RunFlags) => {
      const { run } = await import('./run.ts');
      exitCode = await run(file, flags);
    });
  program
    .command('page')
    .description('show a running network in a browser: lattices, spikes, mean voltages')
    .argument('<FILE>')
    .option('--port <N>', 'port of this machine; any that is free unless given', wholeNumber)
    .option('--no-open', 'print the address, open no browser')
    .option('--out <FILE>', 'write one page that needs no server')
    .action(async (file: string, flags: PageFlags) => {
      const { page } = await import('./page.ts');
      exitCode = await page(file, flags);
    });
  await program.parseAsync(args, { from: 'user' });
  return exitCode;
}

// A reader that leaves early, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(errorText(error));
    process.exitCode = exitCodeOf(error);
  },
);
