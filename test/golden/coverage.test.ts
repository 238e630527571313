import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const HERE = new URL('.', import.meta.url);

it('every trace is compared, or stands with a reason among those that are not', () => {
  const tests = readdirSync(HERE).filter((file) => file.endsWith('.test.ts') && file !== 'coverage.test.ts');
  const loaded = tests.flatMap((file) => [...readFileSync(new URL(file, HERE), 'utf8').matchAll(/['`](\d\d_[^'`:,]+)['`]/g)].map(([, name]) => name));
  const patterns = loaded.map((name) => new RegExp(`^${name.replace(/\$\{\w+\}/g, '\\w+')}$`));
  const [, notMatched] = readFileSync(new URL('README.md', HERE), 'utf8').split('Not matched');
  const traces = readdirSync(new URL('data/', HERE)).map((file) => file.replace('.json.gz', ''));
  const neither = traces.filter((trace) => !patterns.some((pattern) => pattern.test(trace)) && !notMatched.includes(`\`${trace}\``));
  expect(traces.length).toBeGreaterThan(30);
  expect(neither).toEqual([]);
});
