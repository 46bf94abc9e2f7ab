import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { schemasCode } from './support/openapi-schemas.js';

const SCHEMAS = fileURLToPath(new URL('../src/broker/openapi/schemas.ts', import.meta.url));

// After a change of a reply: npm run openapi
it('the schemas are those of the types', async () => {
  await expect(schemasCode()).toMatchFileSnapshot(SCHEMAS);
});
