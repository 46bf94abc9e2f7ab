import { readFileSync, readdirSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Pull, Push } from 'zeromq';
import { parseReport } from '../../src/report/report-message.js';
import type { Report } from '../../src/report/report.js';
import { ownDataIn, ownFrames } from '../../src/transport/own-messages.fixture.js';
import { writeRequest } from '../../src/writer/write-request.fixture.js';
import { Beamline } from '../support/beamline.js';
import { poll } from '../support/poll.js';
import type { Service } from '../support/service.js';

let beamline: Beamline;
let dataApi: Server;
let stream: Push;
let reports: Pull;

beforeEach(async () => {
  beamline = await Beamline.prepare();
  // Never says more than that it will.
  dataApi = createServer((_request, response) => response.writeHead(200).write('['));
  await new Promise<void>((resolve) => void dataApi.listen(0, '127.0.0.1', resolve));
  [stream, reports] = [new Push({ linger: 0 }), new Pull({ linger: 0, receiveTimeout: 10_000 })];
  for (const socket of [stream, reports]) await socket.bind('tcp://127.0.0.1:*');
});

afterEach(async () => {
  for (const socket of [stream, reports]) socket.close();
  dataApi.closeAllConnections();
  dataApi.close();
  await beamline.clear();
});

async function start(): Promise<Service> {
  const { port } = dataApi.address() as AddressInfo;
  const writer = beamline.run(
    ...['writer', stream.lastEndpoint!, '--report_address', reports.lastEndpoint!],
    ...[...beamline.writerFlags(), '--data_api_url', `http://127.0.0.1:${port}/query`],
    ...['--concurrency', '2', '--heartbeat', '0.2', '--shutdown_grace', '0'],
  );
  await writer.logged('takes requests');
  return writer;
}

async function send(id: string, file: string, attempt: number): Promise<void> {
  const request = { ...writeRequest(file, ['A']), request_id: id, attempt };
  await stream.send(ownFrames('write_request', request));
}

/** Requests that the journal names. */
function beingWritten(): unknown[] {
  const journal = join(beamline.state, 'journal');
  return readdirSync(journal)
    .filter((name) => name.startsWith('writer_'))
    .map((name) => {
      const text = readFileSync(join(journal, name), 'utf8');
      return text && (JSON.parse(text) as { request_id?: string }).request_id;
    })
    .filter(Boolean);
}

async function nextOf(kind: Report['kind'], writer: Service): Promise<Report> {
  for (;;) {
    const report = parseReport(ownDataIn('write_report', await reports.receive()));
    if (report.kind === kind && report.writer_id.includes(`-${writer.child.pid}-`)) return report;
  }
}

it('a writer tells which requests were being written when one before it was killed', async () => {
  const killed = await start();
  await send('file', 'x.h5', 2);
  await send('none', '/dev/null', 1);
  await poll(() => beingWritten().length === 2 || undefined);
  await send('waits', 'y.h5', 1);
  await killed.end('SIGKILL');

  const next = await start();
  const deaths = [
    { death_id: expect.any(String), request_id: 'file', attempt: 2 },
    { death_id: expect.any(String), request_id: 'none', attempt: 1 },
  ];
  for (const kind of ['hello', 'heartbeat'] as const) {
    const report = (await nextOf(kind, next)) as { readonly deaths?: readonly object[] };
    expect(report.deaths).toHaveLength(2);
    expect(report.deaths).toEqual(expect.arrayContaining(deaths));
  }
  expect(beingWritten()).toEqual([]);
  await send('ended', 'z.h5', 1);
  await poll(() => beingWritten().length === 1 || undefined);
  await next.end('SIGTERM');
  expect(readdirSync(join(beamline.state, 'journal'))).toEqual([]);
  expect(readdirSync(join(beamline.state, 'deaths'))).toHaveLength(2);
});
