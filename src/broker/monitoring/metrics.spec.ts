import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { Push } from 'zeromq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { version } from '../../config/version.js';
import { samplesIn, valueIn } from '../../monitoring/exposition.fixture.js';
import { REPORT_PATTERN } from '../../report/report-message.js';
import { OWN_PATTERNS } from '../../transport/own-patterns.js';
import { ZmqClient } from '../../transport/zmq/zmq-client.js';
import { BrokerFixture, PARAMETERS } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

let broker: BrokerFixture;
const open: { close(): unknown }[] = [];

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
  await broker.remove();
});

const metrics = async () => (await broker.call('GET', '/metrics')).text;

async function value(name: string, labels: Record<string, string> = {}) {
  return valueIn(await metrics(), `sf_databuffer_${name}`, labels);
}

async function connectWriter(): Promise<ReportingWriter> {
  const writer = await ReportingWriter.connect(broker);
  open.push({ close: () => writer.kill() });
  return writer;
}

describe('GET /metrics', () => {
  it('follows requests until they are settled', async () => {
    await broker.start();
    expect(await value('broker_requests_settled_total', { outcome: 'failed' })).toBe(0);
    await broker.acquire('a.h5');
    await broker.acquire('b.h5');
    const waiting = await metrics();
    const of = (name: string, labels = {}) =>
      valueIn(waiting, `sf_databuffer_broker_${name}`, labels);
    expect(of('acquisitions_total')).toBe(2);
    expect(of('requests_recorded_total')).toBe(2);
    expect(of('requests', { state: 'queued' })).toBe(2);
    expect(of('requests', { state: 'writing' })).toBe(0);
    expect(of('requests_queued')).toBe(2);
    expect(of('oldest_request_age_seconds')).toBeGreaterThan(0);
    expect(of('audit_append_seconds_count')).toBe(2);
    expect(of('audit_writable')).toBe(1);
    expect(of('writers_connected', { kind: 'reporting' })).toBe(0);

    const writer = await connectWriter();
    const first = await writer.next();
    await writer.progress(first, 'writing', 10);
    await expect.poll(() => value('broker_requests', { state: 'writing' })).toBe(1);
    expect(await value('broker_writers_connected', { kind: 'reporting' })).toBe(1);
    expect(await value('broker_requests_under_way')).toBe(2);
    await writer.outcome(first, { bytes: 100, rows: 7 });
    const failure = { code: 'disk_full', message: 'full' };
    await writer.outcome(await writer.next(), { state: 'failed', failure, bytes: 900, rows: 9 });
    await expect.poll(() => value('broker_requests_failed_total', { code: 'disk_full' })).toBe(1);
    expect(await value('broker_requests_settled_total', { outcome: 'failed' })).toBe(1);
    expect(await value('broker_requests_settled_total', { outcome: 'written' })).toBe(1);
    expect(await value('broker_request_received_seconds_count')).toBe(2);
    expect(await value('broker_request_settled_seconds_count')).toBe(2);
    expect(await value('broker_reply_bytes_total')).toBe(100);
    expect(await value('broker_rows_written_total')).toBe(7);
    expect(await value('broker_requests_sent_total')).toBe(2);
    expect(await value('broker_oldest_request_age_seconds')).toBe(0);
  });

  it('counts what is sent again, and writers that are lost', async () => {
    await broker.start({ lease: 0.3 });
    await broker.acquire('a.h5');
    const writer = await connectWriter();
    await writer.progress(await writer.next(), 'writing');
    await writer.kill();
    await expect.poll(() => value('broker_writers_lost_total'), { timeout: 4000 }).toBe(1);
    await connectWriter();
    await expect.poll(() => value('broker_requests_resent_total')).toBe(1);
  });

  it('counts what is no message and no report, and codes that nobody knows only so far', async () => {
    await broker.start();
    const noise = new Push();
    open.push(noise);
    noise.connect(broker.reports);
    await noise.send('noise');
    const rejected = (code: string) => value('messages_rejected_total', { code });
    await expect.poll(() => rejected('frame_count')).toBe(1);
    const client = new ZmqClient({
      address: broker.reports,
      mode: 'connect',
      patterns: OWN_PATTERNS,
    });
    open.push(client);
    await lastValueFrom(client.emit(REPORT_PATTERN, { write_report: '{}' }), {
      defaultValue: undefined,
    });
    await expect.poll(() => rejected('invalid_report')).toBe(1);
    expect(await rejected('bad_header')).toBe(0);

    const writer = await connectWriter();
    await broker.acquire('a.h5');
    const failure = { code: 'Whatever "comes"\n', message: '' };
    await writer.outcome(await writer.next(), { state: 'failed', failure });
    await expect.poll(() => value('broker_requests_failed_total', { code: 'other' })).toBe(1);
  });

  it('counts calls that are refused, by code', async () => {
    await broker.start({ calls_per_second: 1 });
    const failed = (code: string) => value('broker_calls_failed_total', { code });
    expect(await failed('too_many_calls')).toBe(0);
    await Promise.all([1, 2].map(() => broker.call('PUT', '/start_pulse_id/5')));
    await broker.call('GET', '/nothing');
    await broker.call('GET', '/status', { headers: { Origin: 'x', Host: 'a.example' } });
    expect(await failed('too_many_calls')).toBe(1);
    expect(await failed('unknown_path')).toBe(1);
    expect(await failed('unexpected_host')).toBe(1);
  });

  it('tells of a trail and a channel list that can not be used', async () => {
    const list = join(broker.folder, 'channels.txt');
    writeFileSync(list, 'A\n');
    await broker.start({ channels_file: list });
    expect(await value('broker_channel_list_usable')).toBe(1);
    writeFileSync(list, '');
    await expect.poll(() => value('broker_channel_list_usable')).toBe(0);
    await broker.call('POST', '/parameters', { body: PARAMETERS });
    await broker.call('PUT', '/start_pulse_id/1');
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    mkdirSync(broker.trailFile);
    expect((await broker.call('PUT', '/stop_pulse_id/2')).status).toBe(503);
    expect(await value('broker_audit_failures_total')).toBe(1);
    await expect.poll(() => value('broker_audit_writable'), { timeout: 3000 }).toBe(0);
  });

  it('has the process, its disks and its build, in the form of Prometheus', async () => {
    await broker.start();
    const { headers, text } = await broker.call('GET', '/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const samples = samplesIn(text);
    const names = samples.map(({ name }) => name);
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) {
      expect(names).toContain(name);
    }
    const build = samples.find(({ name }) => name === 'sf_databuffer_build_info');
    expect(build).toMatchObject({ value: 1, labels: { service: 'broker', version: version() } });
    const labels = { use: 'output', path: broker.folder };
    const free = valueIn(text, 'sf_databuffer_disk_free_bytes', labels)!;
    expect(free).toBeGreaterThan(0);
    expect(valueIn(text, 'sf_databuffer_disk_size_bytes', labels)).toBeGreaterThan(free);
    // What all services have in common has no prefix of one.
    for (const [, name] of text.matchAll(/^# TYPE (\w+) counter$/gm)) {
      expect(name).toMatch(/_total$/);
    }
  });
});
