import { Pull } from 'zeromq';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseReport } from '../../report/report-message.js';
import type { Heartbeat, Report } from '../../report/report.js';
import type { WriteReport } from '../../report/write-report.js';
import { freePort } from '../../transport/free-port.fixture.js';
import { silentWay } from '../../transport/zmq/silent-way.fixture.js';
import { ownDataIn } from '../../transport/own-messages.fixture.js';
import { capturedLog } from '../captured-log.fixture.js';
import { type HeldRequest, received } from '../held-request.js';
import { writeRequest } from '../write-request.fixture.js';
import type { Reporter } from './reporter.js';
import { reporterFor } from './reporter.fixture.js';

const WRITTEN: WriteReport = {
  state: 'written',
  attempts: 1,
  channels: [],
  not_requested: [],
  bytes: 1,
  rows: 1,
  seconds: 1,
};

/** A broker's report port, which may come and go. */
class Broker {
  private pull = new Pull({ receiveTimeout: 4000, linger: 0 });

  constructor(readonly address: string) {}

  /** One on a port of its own. */
  static async make(): Promise<Broker> {
    return new Broker(`tcp://127.0.0.1:${await freePort()}`);
  }

  async start(): Promise<this> {
    if (this.pull.closed) this.pull = new Pull({ receiveTimeout: 4000, linger: 0 });
    // The socket before may not have let go of the port yet.
    await vi.waitFor(() => this.pull.bind(this.address), 4000);
    return this;
  }

  async next(): Promise<Report> {
    return parseReport(ownDataIn('write_report', await this.pull.receive()));
  }

  stop(): void {
    this.pull.close();
  }
}

describe('Reporter', () => {
  const log = capturedLog();
  const open: { end?(): Promise<void>; stop?(): void }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await (each.end?.() ?? each.stop!());
  });

  async function setUp(isThere = true, isServed = () => false) {
    const broker = await Broker.make();
    open.push(broker);
    if (isThere) await broker.start();
    return { broker, reporter: await reporterTo(broker.address, isServed) };
  }

  async function reporterTo(address: string, isServed = () => false): Promise<Reporter> {
    const flags = {
      stream_address: address,
      report_address: address,
      data_api_url: 'http://x/query',
      heartbeat: 0.1,
    };
    const reporter = reporterFor(flags);
    open.unshift(reporter);
    await reporter.start(isServed);
    return reporter;
  }

  const held = (id: string, attempt = 1): HeldRequest =>
    received({ ...writeRequest('x.h5', ['A']), request_id: id, attempt });

  /** The next report of a kind; heartbeats come at any time. */
  async function nextOf(broker: Broker, kind: Report['kind']): Promise<Report> {
    for (;;) {
      const report = await broker.next();
      if (report.kind === kind) return report;
      expect(report.kind).toBe('heartbeat');
    }
  }

  it('says hello, what becomes of requests, what it holds, and goodbye', async () => {
    const { broker, reporter } = await setUp();
    const hello = await nextOf(broker, 'hello');
    expect(hello).toMatchObject({ pid: process.pid, concurrency: 2, heartbeat: 0.1, held: [] });
    expect(hello).toMatchObject({ heeds_handling: true });
    const [first, second] = [held('first', 3), held('second')];
    reporter.progress(first);
    const named = { request_id: 'first', attempt: 3, state: 'received', tries: 0 };
    expect(await nextOf(broker, 'progress')).toMatchObject({ held: named });
    reporter.progress(second);
    await nextOf(broker, 'progress');
    Object.assign(first, { state: 'writing', bytes: 5, rows: 1, tries: 1 });
    expect(await nextOf(broker, 'heartbeat')).toMatchObject({
      writer_id: hello.writer_id,
      held: [{ request_id: 'first', state: 'writing', bytes: 5 }, { request_id: 'second' }],
    });
    void reporter.outcome(first, WRITTEN);
    const outcome = { request_id: 'first', attempt: 3, report: { state: 'written' } };
    expect(await nextOf(broker, 'outcome')).toMatchObject(outcome);
    expect(reporter.takesBack(second)).toBe(true);
    void reporter.returned(second);
    expect(await nextOf(broker, 'returned')).toMatchObject({ request_id: 'second' });
    const end = reporter.end();
    expect(await nextOf(broker, 'goodbye')).toMatchObject({ writer_id: hello.writer_id });
    await end;
  });

  it('tells what the writer can’t do at once, before any outcome that follows, and as long as that is so', async () => {
    const { broker, reporter } = await setUp();
    expect(await nextOf(broker, 'hello')).toMatchObject({ unable: [] });
    const failure = { code: 'disk_full', message: 'full', faults: ['folder', 'writer'] } as const;
    const first = held('first');
    reporter.progress(first);
    reporter.tellUnable([{ ...failure, passes: true, place: '/data' }]);
    void reporter.outcome(first, WRITTEN);
    const kinds: string[] = [];
    for (
      let report = await broker.next();
      report.kind !== 'outcome';
      report = await broker.next()
    ) {
      kinds.push('unable' in report ? `unable: ${report.unable!.length}` : report.kind);
    }
    expect(kinds.at(-1)).toBe('unable: 1');
    expect(await nextOf(broker, 'heartbeat')).toMatchObject({
      unable: [{ code: 'disk_full', place: '/data', faults: ['folder', 'writer'], passes: true }],
    });
    reporter.tellUnable([]);
    let last: Heartbeat;
    do last = (await nextOf(broker, 'heartbeat')) as Heartbeat;
    while (last.unable!.length > 0);
  });

  it('tells of deaths at once, and as long as they are to be told', async () => {
    const { broker, reporter } = await setUp();
    expect(await nextOf(broker, 'hello')).toMatchObject({ deaths: [] });
    const deaths = [{ death_id: 'd', request_id: 'r', attempt: 2 }];
    reporter.tellDeaths(deaths);
    const told = async () => ((await nextOf(broker, 'heartbeat')) as Heartbeat).deaths!;
    while ((await told()).length === 0);
    expect(await told()).toEqual(deaths);
    broker.stop();
    await broker.start();
    expect(await nextOf(broker, 'hello')).toMatchObject({ deaths });
    reporter.tellDeaths([]);
    while ((await told()).length > 0);
  });

  it('names more than 1,000 requests in several reports, each of which is whole', async () => {
    const { broker, reporter } = await setUp(false);
    const all = Array.from({ length: 2500 }, (_, n) => held(`r${n}`));
    for (const each of all) reporter.progress(each);
    await broker.start();
    const named = new Set<string>();
    const hello = await nextOf(broker, 'hello');
    void reporter.outcome(all[2499], WRITTEN);
    const reports = [hello, await broker.next(), await broker.next()];
    expect(reports.map(({ kind }) => kind)).toEqual(['hello', 'heartbeat', 'heartbeat']);
    for (const report of reports as Heartbeat[]) {
      expect(report).toMatchObject({ writer_id: hello.writer_id, concurrency: 2, heartbeat: 0.1 });
      expect(report.held.length).toBeLessThanOrEqual(1000);
      for (const { request_id } of report.held) named.add(request_id);
    }
    expect(named.size).toBeGreaterThanOrEqual(2499);
    expect(await nextOf(broker, 'outcome')).toMatchObject({ request_id: 'r2499' });
  });

  it('names what is long to tell in several reports, none of them over 1 MiB', async () => {
    const { broker, reporter } = await setUp(false);
    const failure = { code: 'x', message: 'm'.repeat(10_000) };
    for (let n = 0; n < 200; n++) reporter.progress({ ...held(`r${n}`), failure });
    await broker.start();
    const reports = [await nextOf(broker, 'hello'), await broker.next(), await broker.next()];
    const sizes = reports.map((report) => JSON.stringify(report).length);
    expect(Math.max(...sizes)).toBeLessThan(2 ** 20);
    const held200 = (reports as Heartbeat[]).flatMap((report) => report.held);
    expect(new Set(held200.map(({ request_id }) => request_id)).size).toBe(200);
  });

  it('tells a restarted broker which requests it holds, and outcomes that it may have missed', async () => {
    const { broker, reporter } = await setUp();
    void reporter.outcome(held('told'), WRITTEN);
    await nextOf(broker, 'hello');
    await nextOf(broker, 'outcome');
    broker.stop();
    const waiting = held('waiting');
    await expect.poll(() => reporter.takesBack(waiting)).toBe(false);
    reporter.progress(waiting);
    void reporter.outcome(held('missed'), WRITTEN);
    await broker.start();
    expect(await nextOf(broker, 'hello')).toMatchObject({ held: [{ request_id: 'waiting' }] });
    expect(await nextOf(broker, 'outcome')).toMatchObject({ request_id: 'told' });
    expect(await nextOf(broker, 'outcome')).toMatchObject({ request_id: 'missed' });
  });

  it('keeps nobody waiting where nobody listens, and the newest outcomes for who comes', async () => {
    const { broker, reporter } = await setUp(false);
    for (let i = 0; i < 300; i++) void reporter.outcome(held(`r${i}`), WRITTEN);
    expect(reporter.takesBack(held('x'))).toBe(false);
    expect(log.events).toHaveLength(1);
    expect(log.events[0]).toMatchObject({ message: 'no broker takes reports so far' });
    await broker.start();
    await nextOf(broker, 'hello');
    for (let i = 44; i < 300; i++) {
      expect(await nextOf(broker, 'outcome')).toMatchObject({ request_id: `r${i}` });
    }
  });

  it('has nothing to tell of requests of the Python implementation', async () => {
    const { broker, reporter } = await setUp();
    await nextOf(broker, 'hello');
    const nameless = received({ ...writeRequest('x.h5', ['A']), request_id: undefined });
    reporter.progress(nameless);
    void reporter.outcome(nameless, WRITTEN);
    expect(reporter.takesBack(nameless)).toBe(false);
    expect(await broker.next()).toMatchObject({ kind: 'heartbeat', held: [] });
  });

  it('is none where there is no such address', async () => {
    const flags = { stream_address: 'tcp://127.0.0.1:65535', data_api_url: 'http://x/query' };
    const reporter = reporterFor(flags);
    await reporter.start();
    expect(log.events).toMatchObject([{ level: 'warn', message: "reports can't be sent" }]);
    void reporter.outcome(held('x'), WRITTEN);
    await reporter.end();
  });

  it('notices a dead connection, and tells again what went into it', async () => {
    const broker = await (await Broker.make()).start();
    const way = await silentWay(broker.address);
    const reporter = await reporterTo(way.address);
    open.unshift({ stop: () => way.close() }, broker);
    await nextOf(broker, 'hello');
    way.goSilent();
    void reporter.outcome(held('a'), WRITTEN);
    await nextOf(broker, 'hello');
    expect(await nextOf(broker, 'outcome')).toMatchObject({ request_id: 'a' });
  });

  it('starts without a broker that goes away as it connects', async () => {
    for (let n = 0; n < 10; n++) {
      const broker = await (await Broker.make()).start();
      const started = reporterTo(broker.address);
      broker.stop();
      await expect(started).resolves.toMatchObject({ isHeard: expect.any(Boolean) });
    }
  });

  it('warns where a broker sends requests and no report reaches it', async () => {
    await setUp(false, () => true);
    const told = {
      level: 'warn',
      message: 'reports reach no broker, though one sends requests',
      remedy: expect.stringContaining('--report_address'),
    };
    await expect.poll(() => log.events).toContainEqual(expect.objectContaining(told));
  });

  it('says nothing of the kind while no broker sends requests', async () => {
    const { broker } = await setUp(false, () => false);
    await broker.start();
    await nextOf(broker, 'hello');
    expect(log.events).not.toContainEqual(expect.objectContaining({ level: 'warn' }));
  });
});
