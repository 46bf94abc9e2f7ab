import { renameSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

const MB = 1_000_000;
const REQUESTS = 8;

let broker: BrokerFixture;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
});

afterEach(() => broker.remove());

/** Bytes that objects and texts take once all garbage is gone. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** One with 1 MB of parameters. @returns its id */
async function submit(n: number): Promise<string> {
  const parameters = JSON.stringify({
    'general/user': 'p1',
    output_file: `${n}.h5`,
    note: `${n}`.repeat((0.9 * MB) / `${n}`.length),
  });
  const channels = [{ name: 'A', backend: 'sf-databuffer' }];
  const range = { startPulseId: 1, endPulseId: 2 };
  const data_api_request = JSON.stringify({ channels, range });
  const body = { data_api_request, parameters, timestamp: 1 };
  const { status, json } = await broker.call('POST', '/requests', { body });
  expect(status).toBe(200);
  return json.request_id as string;
}

describe('requests that wait for a writer', () => {
  it('take hardly any memory, and are sent whole, also after the trail was moved away', async () => {
    await submit(0);
    const before = heapUsed();
    const ids: string[] = [];
    for (let n = 1; n <= REQUESTS; n++) {
      ids.push(await submit(n));
      if (n === REQUESTS / 2) renameSync(broker.trailFile, `${broker.trailFile}.1`);
    }
    expect(heapUsed() - before).toBeLessThan((REQUESTS / 4) * MB);
    const writer = await ReportingWriter.connect(broker);
    await writer.outcome(await writer.next());
    for (const [index, id] of ids.entries()) {
      const request = await writer.next();
      expect(request.request_id).toBe(id);
      expect(request.parameters).toContain(`${index + 1}`.repeat(100));
      await writer.outcome(request);
    }
    await writer.kill();
  });
});
