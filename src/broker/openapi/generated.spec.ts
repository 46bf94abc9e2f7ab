import { afterAll, beforeAll, expect, it } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { clientTypes, documentFile, schemasCode } from './generated.fixture.js';

// After a change of a call, of a reply or of the version: npm run openapi

const CLIENTS = '../../../clients';

let broker: BrokerFixture;
let document: object;

beforeAll(async () => {
  broker = await new BrokerFixture().start();
  document = (await broker.call('GET', '/docs-json')).json;
});

afterAll(() => broker.remove());

// A compiler reads the sources for it.
it('the schemas are those of the types', { timeout: 60_000 }, async () => {
  await expect(schemasCode()).toMatchFileSnapshot('schemas.ts');
});

it('the document for clients is the one that a broker serves', async () => {
  await expect(await documentFile(document)).toMatchFileSnapshot(`${CLIENTS}/openapi.json`);
});

it('the types of the client are those of the document', async () => {
  const file = `${CLIENTS}/typescript/openapi.ts`;
  await expect(await clientTypes(document)).toMatchFileSnapshot(file);
});
