#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import type { CheckFlags } from './check.ts';
import type { EmitFlags } from './emit.ts';
import { list, positive, type RunFlags, several, size, threads, time, timeAboveZero, wholeNumber } from './flags.ts';
import { CHECK, EMIT, IMPORT, MAIN, MODELS, PAGE, PLOT, RUN, SALVAGE } from './help.ts';
import type { ImportFlags } from './import.ts';
import type { ModelsFlags } from './models.ts';
import type { PageFlags } from './page.ts';
import type { PlotFlags } from './plot.ts';
import { errorText, exitCodeOf } from './report.ts';
import type { SalvageFlags } from './salvage.ts';
import { version } from './version.ts';

const PRECISIONS = ['f32', 'f64'];

/** The command line, whose commands answer their exit codes. */
class CommandLine {
  exitCode = 0;
  readonly program = new Command('spikeloom')
    .description('Simulates spiking neural networks.')
    .usage('COMMAND [options]')
    .version(version())
    .addHelpText('after', MAIN)
    .exitOverride();

  constructor() {
    this.#run();
    this.#check();
    this.#models();
    this.#import();
    this.#emit();
    this.#plot();
    this.#salvage();
    this.#page();
  }

  #command(name: string, description: string, help: string): Command {
    return this.program.command(name).description(description).addHelpText('after', help);
  }

  async #answer(code: Promise<number>): Promise<void> {
    this.exitCode = await code;
  }

  #run(): void {
    withChanges(this.#command('run', 'run a network, print a summary, write results', RUN).argument('<FILE>'))
      .option('--out <DIR>', 'folder for results, their manifest and pictures')
      .option('--format <LIST>', 'of results: csv, npz, h5, or several of them (default: csv)', list)
      .option('--duration <TIME>', 'model time to run, in ms or with a unit', time)
      .addOption(new Option('--backend <NAME>', 'what carries the program out').choices(['js', 'wasm']))
      .option('--threads <N>', "on how many threads, or 'auto' (the default)", threads)
      .option('--save-state <FILE>', 'write the state at the end there')
      .option('--from-state <FILE>', 'start from such a state')
      .option('--max-wall <TIME>', 'stop after so much real time, in ms or with a unit', timeAboveZero)
      .option('--max-rate <HZ>', 'stop where the mean rate of a population gets higher', positive)
      .option('--max-memory <SIZE>', 'stop where more memory is needed: 500MB', size)
      .option('--plan', 'print what it will take in memory, and do no more')
      .option('--json', 'tell how it goes in JSON, one object a line')
      .option('--timings', 'tell where the time went')
      .action((file: string, flags: RunFlags) => this.#answer(import('./run.ts').then(({ run }) => run(file, flags))));
  }

  #check(): void {
    withChanges(this.#command('check', 'find the mistakes of a network without running it', CHECK).argument('<FILE>'))
      .option('--plan', 'print what it will take in memory, and do no more')
      .option('--json', 'tell what is found in JSON')
      .action((file: string, flags: CheckFlags) => this.#answer(import('./check.ts').then(({ check }) => check(file, flags))));
  }

  #models(): void {
    this.#command('models', 'list the models of the library, or show one', MODELS)
      .argument('[NAME]')
      .option('--json', 'as JSON')
      .option('--yaml', 'as text that can be changed and used')
      .option('--picture <FILE>', 'draw how a neuron answers a current: .svg or .png')
      .action((name: string | undefined, flags: ModelsFlags) => this.#answer(import('./models.ts').then(({ models }) => models(name, flags))));
  }

  #import(): void {
    this.#command('import', 'turn models of the .nb language into text', IMPORT)
      .argument('<FILE>')
      .option('--out <PATH>', 'write it there: a file (.yaml, .json), or a folder for one file a model')
      .addOption(new Option('--format <F>', 'of the text (default: yaml, or what --out ends in)').choices(['yaml', 'json']))
      .action((file: string, flags: ImportFlags) => this.#answer(import('./import.ts').then(({ importModels }) => importModels(file, flags))));
  }

  #emit(): void {
    withChanges(this.#command('emit', 'print a network, or what it is compiled to', EMIT).argument('<FILE>'))
      .addOption(new Option('--stage <STAGE>', 'what to print').choices(['model', 'ir', 'wat']).makeOptionMandatory())
      .addOption(new Option('--format <F>', 'of the model (default: yaml, or what --out ends in)').choices(['yaml', 'json']))
      .option('--out <FILE>', 'write it there')
      .action((file: string, flags: EmitFlags) => this.#answer(import('./emit.ts').then(({ emit }) => emit(file, flags))));
  }

  #plot(): void {
    this.#command('plot', 'draw results', PLOT)
      .argument('<RESULT>')
      .option('--out <DIR>', 'folder for the pictures (default: that of the results)')
      .option('--only <LIST>', 'some pictures: raster, means, traces, synapses, lattice, spike-counts, phase-plane', list)
      .option('--png', 'PNG instead of SVG')
      .addOption(new Option('--theme <THEME>', 'colours').choices(['light', 'dark']))
      .action((path: string, flags: PlotFlags) => this.#answer(import('./plot.ts').then(({ plot }) => plot(path, flags))));
  }

  #salvage(): void {
    this.#command('salvage', 'make whole files of what a killed run has left', SALVAGE)
      .argument('<FOLDER>')
      .option('--format <LIST>', 'of the files: csv, npz, h5, or several of them (default: csv)', list)
      .action((folder: string, flags: SalvageFlags) => this.#answer(import('./salvage.ts').then(({ salvage }) => salvage(folder, flags))));
  }

  #page(): void {
    this.#command('page', 'show a running network in a browser: lattices, spikes, mean voltages', PAGE)
      .argument('<FILE>')
      .option('--port <N>', 'port of this machine; any that is free unless given', wholeNumber)
      .option('--no-open', 'print the address, open no browser')
      .option('--out <FILE>', 'write one page that needs no server')
      .action((file: string, flags: PageFlags) => this.#answer(import('./page.ts').then(({ page }) => page(file, flags))));
  }
}

/** Options that change a network before anything is done with it. */
function withChanges(command: Command): Command {
  return command
    .option('--dt <TIME>', 'step of integration, in ms or with a unit', timeAboveZero)
    .option('--seed <S>', 'seed of all random numbers', wholeNumber)
    .option('--set <X=VALUE>', 'value of a quantity; may be given several times', several)
    .option('--record <WHAT>', 'something more to record; may be given several times', several)
    .addOption(new Option('--precision <P>', 'of state and arithmetic').choices(PRECISIONS));
}

async function main(args: readonly string[]): Promise<number> {
  const line = new CommandLine();
  await line.program.parseAsync(args, { from: 'user' });
  return line.exitCode;
}

// A reader that leaves early, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const args = process.argv.slice(2);
main(args).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof CommanderError) {
      if (error.code === 'commander.unknownCommand' && existsSync(args[0])) process.stderr.write(`To run that file: spikeloom run ${args[0]}\n`);
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(errorText(error));
    process.exitCode = exitCodeOf(error);
  },
);
