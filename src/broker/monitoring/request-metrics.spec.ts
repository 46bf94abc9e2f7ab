import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { samplesIn } from '../../monitoring/exposition.fixture.js';
import { Metrics } from '../../monitoring/metrics.js';
import type { Delivery } from '../delivery/delivery.js';
import { Ledger } from '../ledger/ledger.js';
import { RecordedRequest } from '../ledger/recorded-request.js';
import { factsOf } from '../ledger/trail-requests.js';
import { Statistics } from '../process/statistics.js';
import { RequestMetrics } from './request-metrics.js';

let folder: string;
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-'));
  const trail = join(folder, 'audit.log');
  writeFileSync(trail, '');
  ledger = new Ledger(trail);
});

afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

it('a request that heals has failed once, and is written in the end', async () => {
  const metrics = new Metrics();
  // oxlint-disable-next-line no-new -- it enters itself into the metrics
  new RequestMetrics(metrics, ledger, new Statistics());
  const request = {
    data_api_request: '{}',
    parameters: '{"output_file":"/a.h5"}',
    timestamp: Date.now() / 1000,
    request_id: 'a',
  };
  const recorded = new RecordedRequest(factsOf(request), request);
  const entry = ledger.accept(recorded, { state: 'queued', attempt: 0 }, request);
  const failure = { code: 'unreachable', message: 'connection refused' };
  const move = (delivery: Delivery, details = {}) => {
    entry.delivery = delivery;
    ledger.move(entry, details);
  };
  for (let attempt = 1; attempt <= 3; attempt++) {
    const healing = { since: request.timestamp, failures: attempt, due: 60 };
    move({ state: 'sent', attempt, healing });
    move({ state: 'failed', attempt, healing }, { failure, nextAttempt: request.timestamp + 60 });
  }
  const read = async () => samplesIn(await metrics.scrape()).filter(({ value }) => value > 0);
  const failed = { labels: { outcome: 'failed' }, value: 1 };
  const settled = async () =>
    (await read()).filter(({ name }) => name.endsWith('_requests_settled_total'));
  expect(await settled()).toMatchObject([failed]);
  expect(await read()).toContainEqual(
    expect.objectContaining({ labels: { code: 'unreachable' }, value: 1 }),
  );
  move({ state: 'written', attempt: 4 });
  expect(await settled()).toMatchObject([{ labels: { outcome: 'written' }, value: 1 }, failed]);
});
