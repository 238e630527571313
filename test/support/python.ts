import { spawnSync } from 'node:child_process';

const PYTHON = '/usr/bin/python3';

/** Whether Python has these modules; tests that need them are skipped without. */
export function pythonHas(...modules: readonly string[]): boolean {
  return spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]).status === 0;
}

/** Runs a script whose last word is JSON on stdout. */
export function python(script: string, ...args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
