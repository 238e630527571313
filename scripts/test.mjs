// Runs every part of the tests, whatever the parts before it came to, and ends with one line: N passed, N failed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const reports = mkdtempSync(join(tmpdir(), 'spikeloom-test-'));

/** Runs one npm script; says whether it ended well. */
function runScript(name, ...args) {
  console.log(`\n> ${name}`);
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', ['run', '--silent', name, ...(args.length > 0 ? ['--', ...args] : [])], { stdio: 'inherit', shell });
  return status === 0;
}

/** A part without tests of its own counts only when it fails. */
function check(name) {
  return { passed: 0, failed: runScript(name) ? 0 : 1 };
}

/** A run that fails for any other reason than a failed test (a file that does not load, no browser, no test at all) counts as one failure. */
function runTests(name) {
  const file = join(reports, `${name.replace(':', '-')}.json`);
  const ended = runScript(name, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`);
  const { numPassedTests: passed, numFailedTests } = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { numPassedTests: 0, numFailedTests: 0 };
  const sound = ended && passed > 0;
  return { passed, failed: sound ? numFailedTests : Math.max(numFailedTests, 1) };
}

const results = [check('build'), check('typecheck'), check('lint'), check('docs'), runTests('vitest:node'), runTests('vitest:browser')];
rmSync(reports, { recursive: true });

const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
process.exitCode = total('failed') === 0 ? 0 : 1;
