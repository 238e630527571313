import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  /** Undefined where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own in which the built command runs. */
export class Workplace {
  readonly path = mkdtempSync(join(tmpdir(), 'spikeloom-cli-'));

  constructor() {
    if (!existsSync(command)) throw new Error('dist is missing: npm run build');
  }

  /** Writes a file. */
  file(name: string, content: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return name;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  exists(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  list(folder = '.'): string[] {
    return readdirSync(join(this.path, folder)).sort();
  }

  /** Runs the command, and kills it as soon as the text of a file is as wanted. */
  async kill(args: readonly string[], isTime: (text: string) => boolean, file: string): Promise<void> {
    const child = spawn(process.execPath, [command, ...args], { cwd: this.path, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    try {
      while (!(this.exists(file) && isTime(this.read(file)))) {
        if (child.exitCode !== null) throw new Error(`it ended by itself: ${child.exitCode}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  }

  /** Runs the command; sends it a signal as soon as it says `interruptAt` on stderr. */
  run(args: readonly string[], interruptAt?: string, signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [command, ...args], { cwd: this.path });
      let stdout = '';
      let stderr = '';
      let interrupted = false;
      child.stdout.on('data', (data: Buffer) => {
        stdout += data.toString();
      });
      child.stderr.on('data', (data: Buffer) => {
        stderr += data.toString();
        if (interruptAt === undefined || interrupted || !stderr.includes(interruptAt)) return;
        interrupted = true;
        child.kill(signal);
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
