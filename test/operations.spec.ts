import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { fieldsTable } from './support/log-fields-table.js';
import { settingsTable } from './support/settings-documents.js';

const OPERATIONS = fileURLToPath(new URL('../docs/operations.md', import.meta.url));

/** The text with a table in its place, which is marked by two comments. */
function withTable(text: string, name: string, table: string): string {
  const place = new RegExp(`(<!-- ${name}: generated -->\n)[^]*(<!-- end of ${name} -->)`);
  expect(text).toMatch(place);
  return text.replace(place, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}

// After a change of either: npx vitest run --project processes test/operations.spec.ts -u
it('docs/operations.md lists all settings and all fields of the log as they are', async () => {
  const text = readFileSync(OPERATIONS, 'utf8');
  const withSettings = withTable(text, 'settings', settingsTable());
  const expected = withTable(withSettings, 'log fields', fieldsTable());
  const config = await resolveConfig(OPERATIONS);
  await expect(await format(expected, { ...config, parser: 'markdown' })).toMatchFileSnapshot(
    OPERATIONS,
  );
});
