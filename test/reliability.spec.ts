import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROW = /^\| (?<failure>[^|]+?) +\|[^|]+\| `(?<file>[^`]+\.spec\.ts)`: (?<test>[^|]+?) +\|$/gm;

const rows = [...readFileSync('docs/reliability.md', 'utf8').matchAll(ROW)].map(
  ({ groups }) => groups!,
);

describe('docs/reliability.md', () => {
  it('has a table of failures', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(rows)('names an existing test: $failure', ({ file, test }) => {
    const text = readFileSync(file, 'utf8');
    const titles = [`'${test}'`, `"${test}"`];
    expect(titles.filter((title) => text.includes(title))).toHaveLength(1);
  });
});
