import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Beamline } from './support/beamline.js';
import { call } from './support/detector.js';

const BUILT = fileURLToPath(new URL('../dist/cli', import.meta.url));
/** Stands in the code of @nestjs/swagger, wherever the bundle has it. */
const SWAGGER = 'apiModelPropertiesArray';

let beamline: Beamline;

beforeAll(async () => {
  beamline = await Beamline.prepare();
});

afterAll(() => beamline.clear());

/** Code files that a broker loads from its start to its end. */
async function loadedBy(use: () => Promise<unknown>): Promise<string[]> {
  const coverage = join(beamline.folder, `coverage-${Math.random()}`);
  const broker = beamline.runIn({ NODE_V8_COVERAGE: coverage }, ...beamline.brokerArguments());
  await broker.logged('takes acquisitions');
  await use();
  expect(await broker.end()).toBe(0);
  const [report] = readdirSync(coverage);
  const { result } = JSON.parse(readFileSync(join(coverage, report), 'utf8')) as {
    result: readonly { readonly url: string }[];
  };
  return result
    .filter(({ url }) => url.startsWith('file:'))
    .map(({ url }) => fileURLToPath(url))
    .filter((file) => file.startsWith(BUILT));
}

const withSwagger = (files: readonly string[]) =>
  files.filter((file) => readFileSync(file, 'utf8').includes(SWAGGER));

describe('the start of a broker', () => {
  it('loads nothing of Swagger, which comes with the first look at its pages', async () => {
    const started = await loadedBy(() => call('GET', `${beamline.url}/status`));
    expect(started.length).toBeGreaterThan(10);
    expect(withSwagger(started)).toEqual([]);

    const documented = await loadedBy(() => call('GET', `${beamline.url}/docs-json`));
    expect(withSwagger(documented)).toHaveLength(1);
  });
});
