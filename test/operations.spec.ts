import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { settingsTable } from './support/settings-documents.js';

const OPERATIONS = fileURLToPath(new URL('../docs/operations.md', import.meta.url));

// After a change of settings: npx vitest run --project processes test/operations.spec.ts -u
it('docs/operations.md lists all settings as they are', async () => {
  const text = readFileSync(OPERATIONS, 'utf8');
  const place = /(<!-- settings: generated -->\n)[^]*(<!-- end of settings -->)/;
  expect(text).toMatch(place);
  const expected = text.replace(
    place,
    (_, begin: string, end: string) => `${begin}\n${settingsTable()}\n\n${end}`,
  );
  const config = await resolveConfig(OPERATIONS);
  await expect(await format(expected, { ...config, parser: 'markdown' })).toMatchFileSnapshot(
    OPERATIONS,
  );
});
