import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { fileOf } from './support.ts';

it('the page bench prints its figures as one JSON object', { timeout: 90_000 }, async () => {
  const args = ['--import', './scripts/registerTypeScript.mjs', 'bench/main.ts', 'page', '--seconds', '2', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: fileOf('.') });
  const figures = JSON.parse(stdout);
  expect(Object.keys(figures)).toEqual(['median', 'p95', 'max', 'frames', 'changed', 'speed', 'load']);
  expect(figures.median).toBeGreaterThan(0);
  expect(figures.frames).toBeGreaterThan(5);
  expect(figures.changed).toBeGreaterThan(2);
  expect(figures.speed).toBeGreaterThan(100);
});
