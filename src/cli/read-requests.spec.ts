import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRequests } from './read-requests.js';

let file: string;

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'requests-')), 'requests.json');
});

afterEach(() => rmSync(join(file, '..'), { recursive: true }));

it('takes texts and objects from a JSON file', async () => {
  const query = { channels: ['A'] };
  const texts = { data_api_request: JSON.stringify(query), parameters: '{}', timestamp: 5 };
  writeFileSync(file, JSON.stringify([texts, { ...texts, data_api_request: query }]));
  const { requests, problems } = await readRequests(file);
  expect(requests.map(({ request }) => request)).toEqual([texts, texts]);
  expect(problems).toEqual([]);
});

it('names a JSON file that is nested without end', async () => {
  writeFileSync(file, `{"parameters":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  await expect(readRequests(file)).rejects.toThrow(`${file} is nested more than 100 levels deep`);
});
