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

const FAILURE = { code: 'unreachable', message: 'connection refused' };

/** A request that can be moved on by hand, and the samples that are not 0. */
function tracked() {
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
  const move = (delivery: Delivery, details = {}) => {
    entry.delivery = delivery;
    ledger.move(entry, details);
  };
  /** It is tried so often, and fails each time. */
  const fail = (times: number) => {
    for (let attempt = 1; attempt <= times; attempt++) {
      const healing = {
        since: request.timestamp,
        failures: attempt,
        faults: [],
        ends: 9000,
        due: 60,
      };
      move({ state: 'sent', attempt, healing });
      const nextAttempt = request.timestamp + 60;
      move({ state: 'failed', attempt, healing }, { failure: FAILURE, nextAttempt });
    }
  };
  const samples = async (name: string) =>
    samplesIn(await metrics.scrape()).filter(
      (sample) => sample.value > 0 && sample.name === `sf_databuffer_broker_${name}`,
    );
  return { move, fail, samples };
}

it('a request that heals has failed once, and is written in the end', async () => {
  const { move, fail, samples } = tracked();
  fail(3);
  const failed = { labels: { outcome: 'failed' }, value: 1 };
  expect(await samples('requests_settled_total')).toMatchObject([failed]);
  expect(await samples('requests_failed_total')).toMatchObject([
    { labels: { code: 'unreachable' }, value: 1 },
  ]);
  move({ state: 'written', attempt: 4 });
  const written = { labels: { outcome: 'written' }, value: 1 };
  expect(await samples('requests_settled_total')).toMatchObject([written, failed]);
  expect(await samples('requests_healed_total')).toMatchObject([{ value: 1 }]);
  expect(await samples('requests_given_up_total')).toEqual([]);
});

it('a request that is tried again by itself, and fails for good, is given up', async () => {
  const { move, fail, samples } = tracked();
  fail(2);
  expect(await samples('requests_given_up_total')).toEqual([]);
  move({ state: 'sent', attempt: 3 });
  move({ state: 'failed', attempt: 3 }, { failure: { code: 'no_data', message: 'none' } });
  expect(await samples('requests_given_up_total')).toMatchObject([
    { labels: { code: 'no_data' }, value: 1 },
  ]);
});

it('a request that is not tried again, as another one took over, is not given up', async () => {
  const { move, fail, samples } = tracked();
  fail(2);
  move({ state: 'failed', attempt: 2 });
  expect(await samples('requests_given_up_total')).toEqual([]);
});

it("a request whose failure can't pass is given up at once", async () => {
  const { move, samples } = tracked();
  move({ state: 'sent', attempt: 1 });
  move({ state: 'failed', attempt: 1 }, { failure: FAILURE });
  const sample = { labels: { code: 'unreachable' }, value: 1 };
  expect(await samples('requests_failed_total')).toMatchObject([sample]);
  expect(await samples('requests_given_up_total')).toMatchObject([sample]);
});
