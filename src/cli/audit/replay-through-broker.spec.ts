import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { BrokerFixture, PARAMETERS, outline } from '../../broker/broker.fixture.js';
import { ReportingWriter } from '../../broker/reporting-writer.fixture.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { channelsOf } from '../../request/channel-list.js';
import { dataApiRequest, type WriteRequest } from '../../request/write-request.js';
import { BrokerClient } from './broker-client.js';
import { recordedRequests } from './recorded-requests.js';
import { ReplayResults } from './replay-results.js';
import { replayThroughBroker } from './replay-through-broker.js';
import { requestStates } from './request-states.js';
import { readSelected, selectRequests } from './select-requests.js';

const reader = new FileReader();
afterAll(() => reader.close());
const options = { reader, force: false };

let broker: BrokerFixture;
let writer: ReportingWriter;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
  writer = await ReportingWriter.connect(broker);
});

afterEach(async () => {
  await writer.kill();
  await broker.remove();
});

function recordedAs(output_file: string, timestamp: number, id?: string): WriteRequest {
  return {
    data_api_request: JSON.stringify(
      dataApiRequest(channelsOf(['A']), { startPulseId: 1, endPulseId: 2 }),
    ),
    parameters: JSON.stringify({ ...PARAMETERS, output_file }),
    timestamp,
    ...(id !== undefined && { request_id: id }),
  };
}

async function selectedOf(...requests: WriteRequest[]) {
  const trail = join(broker.folder, 'old.log');
  writeFileSync(trail, requests.map((each) => `${formatTrailLine(each)}\n`).join(''));
  const found = await recordedRequests([trail], () => undefined);
  const left = { noted: new Map(), errorFiles: new Map() };
  const states = await requestStates(found, [broker.folder], left, reader);
  return selectRequests(states, { states: ['failed', 'lost'], includes: () => true });
}

it('records the newest request of each file anew, and waits for what becomes of it', async () => {
  const selected = await selectedOf(
    recordedAs('a.h5', 1000),
    recordedAs('a.h5', 2000, 'old-a'),
    recordedAs('b.h5', 3000),
    recordedAs('../../b.h5', 4000),
  );
  expect(selected.map(({ request: { id } }) => id)).toEqual(['old-a', undefined, undefined]);
  const results = new ReplayResults(selected);
  const { signal } = new AbortController();
  const client = new BrokerClient(`http://127.0.0.1:${broker.port}/`, signal);
  const replay = replayThroughBroker(readSelected(selected), client, results, options, signal);
  const failed = { state: 'failed', failure: { code: 'disk_full', message: 'no room' } } as const;
  for (let n = 0; n < 2; n++) {
    const request = await writer.next();
    await writer.outcome(request, outline(request).file.endsWith('a.h5') ? failed : {});
  }
  await replay;
  const recorded = broker.recorded();
  expect(recorded.map(({ replay_of }) => replay_of)).toContain('old-a');
  expect(results.complete).toBe(false);
  expect(results.finish()).toEqual([
    expect.stringMatching(/^failed .* no room \[disk_full\]$/),
    expect.stringMatching(/^refused .*outside the output roots/),
    '3 acquired again: 1 failed, 1 written, 1 refused',
  ]);
});

it('has a request recorded once where the answer is lost', async () => {
  let losses = 2;
  const between = createServer((incoming, answer) => {
    const { method, url: path, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: broker.port, method, path, headers });
    incoming.pipe(onward).on('response', (response) => {
      if (method === 'POST' && losses-- > 0) answer.destroy();
      else response.pipe(answer.writeHead(response.statusCode!, response.headers));
    });
  });
  await once(between.listen(0, '127.0.0.1'), 'listening');
  try {
    const selected = await selectedOf(recordedAs('a.h5', 1000, 'old'));
    const results = new ReplayResults(selected);
    const { signal } = new AbortController();
    const { port } = between.address() as AddressInfo;
    const client = new BrokerClient(`http://127.0.0.1:${port}`, signal);
    const replay = replayThroughBroker(readSelected(selected), client, results, options, signal);
    await expect
      .poll(() => results.finish().at(-1), { timeout: 4000 })
      .toBe('1 acquired again: 1 open');
    await writer.outcome(await writer.next());
    await replay;
    expect(losses).toBe(-1);
    expect(results.complete).toBe(true);
    expect(broker.recorded()).toHaveLength(1);
  } finally {
    between.close();
    between.closeAllConnections();
  }
});

it('waits for what the broker has not settled, and does not record it again', async () => {
  await broker.acquire('a.h5');
  const [open] = broker.recorded();
  const selected = await selectedOf(open);
  const results = new ReplayResults(selected);
  const { signal } = new AbortController();
  const client = new BrokerClient(`http://127.0.0.1:${broker.port}`, signal);
  const replay = replayThroughBroker(readSelected(selected), client, results, options, signal);
  await expect
    .poll(() => results.finish().at(-1), { timeout: 4000 })
    .toBe('1 acquired again: 1 open');
  await writer.outcome(await writer.next());
  await replay;
  expect(results.complete).toBe(true);
  expect(broker.recorded()).toEqual([open]);
});

it('says how far it came when it is interrupted, or the broker is away', async () => {
  const selected = await selectedOf(recordedAs('a.h5', 1000), recordedAs('b.h5', 2000));
  const interrupted = new ReplayResults(selected);
  const ending = new AbortController();
  const url = `http://127.0.0.1:${broker.port}`;
  const client = new BrokerClient(url, ending.signal);
  const replay = replayThroughBroker(
    readSelected(selected),
    client,
    interrupted,
    options,
    ending.signal,
  );
  await writer.next();
  ending.abort();
  await expect(replay).rejects.toMatchObject({ name: 'AbortError' });
  expect(interrupted.complete).toBe(false);
  expect(interrupted.finish().at(-1)).toMatch(/^2 acquired again: .*(open|not started)/);

  await broker.stop();
  const { signal } = new AbortController();
  const gone = new ReplayResults(selected);
  const away = replayThroughBroker(
    readSelected(selected),
    new BrokerClient(url, signal, { patience: 100, otherwise: ', --direct' }),
    gone,
    options,
    signal,
  );
  await expect(away).rejects.toThrow(/has not answered for 0\.1 s \(ECONNREFUSED\).*--direct/);
  expect(gone.finish()).toEqual([
    expect.stringMatching(/^not started .*a\.h5$/),
    expect.stringMatching(/^not started .*b\.h5$/),
    '2 acquired again: 2 not started',
  ]);
});
