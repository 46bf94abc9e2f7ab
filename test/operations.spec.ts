import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { fieldsTable } from './support/log-fields-table.js';
import { settingsTable } from './support/settings-documents.js';

// After a change of either: npx vitest run --project processes test/operations.spec.ts -u
it.each([
  ['settings.md', 'settings', settingsTable],
  ['monitoring.md', 'log fields', fieldsTable],
])('docs/%s lists all %s as they are', async (page, name, table) => {
  const file = fileURLToPath(new URL(`../docs/${page}`, import.meta.url));
  const text = readFileSync(file, 'utf8');
  // Two comments mark the table's place.
  const place = new RegExp(`(<!-- ${name}: generated -->\n)[^]*(<!-- end of ${name} -->)`);
  expect(text).toMatch(place);
  const expected = text.replace(
    place,
    (_, begin: string, end: string) => `${begin}\n${table()}\n\n${end}`,
  );
  const config = await resolveConfig(file);
  await expect(await format(expected, { ...config, parser: 'markdown' })).toMatchFileSnapshot(file);
});
