import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JobSettings } from '../config/writer-settings.js';
import type { Returned } from '../report/report.js';
import { type Handling, handlingText } from '../request/handling.js';
import type { WriteRequest } from '../request/write-request.js';
import { capturedLog } from './captured-log.fixture.js';
import { type Answer, replyOf } from './data-api.fixture.js';
import { monotonicSeconds } from './request-age.js';
import { heardReporters } from './reporting/report-port.fixture.js';
import { writeRequest } from './write-request.fixture.js';
import type { WriterEvent } from './writer.service.js';
import { until, writers } from './writers.fixture.js';

const SENT = { sent: 1528459492 };
const PULSES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** For the file of its own name; jobs for the channel HELD run until they are let go. */
function unhandled(id: string, channel = 'A'): WriteRequest {
  return { ...writeRequest(`${id}.h5`, [channel]), request_id: id, attempt: 1 };
}

function live(id: string, handling: Handling = {}, channel = 'A'): WriteRequest {
  return { ...unhandled(id, channel), lane: 'live', handling: handlingText(handling) };
}

function background(id: string, channel = 'A'): WriteRequest {
  return { ...live(id, {}, channel), lane: 'background' };
}

describe('slots of a writer', { timeout: 30_000 }, () => {
  const setUpWriter = writers();
  const heardReporter = heardReporters();
  const log = capturedLog();
  afterEach(() => void vi.useRealTimers());

  async function setUp(concurrency: number, settings: Partial<JobSettings> = {}, answer?: Answer) {
    const going: (() => void)[] = [];
    const answerAsTold: Answer = (response, query) => {
      const [{ name }] = query.channels;
      const end = () => void response.end(replyOf({ name, values: PULSES }));
      if (name === 'HELD') going.push(end);
      else end();
    };
    const { reporter, reports } = await heardReporter();
    const made = await setUpWriter(
      [answer ?? answerAsTold],
      { ...settings, concurrency },
      reporter,
    );
    const { writer, api } = made;
    const events: WriterEvent[] = [];
    writer.events.subscribe((event) => events.push(event));
    return {
      ...made,
      reports,
      events,
      write: (request: WriteRequest) => writer.write(request, SENT),
      /** Has one asked for its data; it is let go, if it is held, with the last that is. */
      begins: async (request: WriteRequest) => {
        const { length } = api.queries;
        const report = writer.write(request, SENT);
        await until(() => api.queries.length > length);
        return { report, letGo: () => going.at(-1)!() };
      },
      returns: async (count: number) => {
        const returned = () => reports.filter(({ kind }) => kind === 'returned') as Returned[];
        await until(() => returned().length >= count);
        return returned().map(({ request_id, attempt, reason }) => [request_id, attempt, reason]);
      },
      stateOf: (id: string) =>
        writer.heldRequests.find(({ identity }) => identity.id === id)?.waitsFor,
    };
  }

  it('are taken by a long job: what can’t begin within half a second goes back', async () => {
    const { write, begins, returns, writer, api, root, events } = await setUp(1);
    // How long a job has run stands still.
    vi.useFakeTimers({ toFake: ['performance'] });
    const long = await begins(live('long', {}, 'HELD'));
    const came = monotonicSeconds();
    const quick = write(live('quick'));
    expect(writer.heldRequests).toHaveLength(2);
    expect(await quick).toMatchObject({ state: 'failed', failure: { code: 'given_back' } });
    expect(monotonicSeconds() - came).toBeGreaterThan(0.495);
    // Nobody waits for the end of a job that has run for so long.
    vi.advanceTimersByTime(501);
    void write(live('late'));
    expect(writer.heldRequests).toHaveLength(1);
    expect(await returns(2)).toEqual([
      ['quick', 1, 'busy'],
      ['late', 1, 'busy'],
    ]);
    expect(events).toMatchObject([
      { kind: 'returned', reason: 'busy' },
      { kind: 'returned', reason: 'busy' },
    ]);
    long.letGo();
    expect((await long.report).state).toBe('written');
    expect((await write(live('quick'))).state).toBe('written');
    expect(api.queries).toHaveLength(2);
    expect(readdirSync(root).sort()).toEqual(['long.h5', 'quick.h5']);
    const lines = log.events.filter(({ request_id: id }) => id === 'quick' || id === 'late');
    expect(lines.map(({ message }) => message)).toEqual(['request received', 'file written']);
  });

  it('keep waiting what comes of a broker that handles nothing', async () => {
    const { write, begins, reports, stateOf } = await setUp(1);
    const long = await begins(unhandled('long', 'HELD'));
    const waiting = write({ ...unhandled('waits'), replay_of: 'older' });
    const handled = await write(live('handled'));
    expect(handled.failure?.code).toBe('given_back');
    expect(stateOf('waits')).toBe('slot');
    long.letGo();
    expect((await waiting).state).toBe('written');
    expect(reports.filter(({ kind }) => kind === 'returned')).toHaveLength(1);
  });

  it('go to live requests first, and one is kept free of background ones', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const one = await setUp(1);
    const first = await one.begins(live('first', {}, 'HELD'));
    const reports = [one.write(background('back', 'B')), one.write(live('live'))];
    first.letGo();
    await Promise.all(reports);
    expect(one.api.queries[1].channels).toMatchObject([{ name: 'A' }]);

    const two = await setUp(2);
    const long = await two.begins(background('long', 'HELD'));
    expect((await two.write(background('back'))).failure?.code).toBe('given_back');
    expect((await two.write(live('live'))).state).toBe('written');
    long.letGo();
    expect((await long.report).state).toBe('written');
    expect((await two.write(background('back'))).state).toBe('written');
  });

  it('are all free for a job that is to run alone', async () => {
    const { write, begins, writer, api, stateOf } = await setUp(2);
    const before = await begins(live('before', {}, 'HELD'));
    const alone = write(live('alone', { alone: true }, 'HELD'));
    const second = await write(live('second', { alone: true }));
    expect(second.failure?.code).toBe('given_back');
    expect((await write(live('other'))).failure?.code).toBe('given_back');
    expect(stateOf('alone')).toBe('slot');
    expect(api.queries).toHaveLength(1);
    expect((await write(unhandled('old'))).state).toBe('written');
    before.letGo();
    await until(() => api.queries.length === 3);
    const older = write(unhandled('older'));
    expect((await write(live('other'))).failure?.code).toBe('given_back');
    expect(writer.heldRequests).toMatchObject([{ tries: 1 }, { tries: 0, waitsFor: 'slot' }]);
    before.letGo();
    expect((await alone).state).toBe('written');
    expect((await older).state).toBe('written');
  });

  it('are not waited for where a request for the same file is under way', async () => {
    const { write, begins, returns } = await setUp(2);
    const long = await begins(live('x', {}, 'HELD'));
    const same = { ...live('x'), request_id: 'same' };
    expect((await write(same)).failure?.code).toBe('given_back');
    expect(await returns(1)).toEqual([['same', 1, 'busy']]);
    const older = write({ ...unhandled('x'), request_id: 'older', timestamp: 1528459491.75 });
    long.letGo();
    expect((await older).state).toBe('written');
    expect((await write(same)).state).toBe('superseded');
  });

  it('are not taken by what waits for its time, for late data or for its next try', async () => {
    let isDown = true;
    const answer: Answer = (response, { channels: [{ name }] }) => {
      if (name === 'DOWN' && isDown) response.writeHead(503).end();
      else response.end(name === 'LATE' && isDown ? '[]' : replyOf({ name, values: PULSES }));
    };
    const { write, stateOf, reports } = await setUp(
      1,
      { data_wait: 60, data_retrieval_delay: 2 },
      answer,
    );
    // Made when it was sent: its time has not come.
    const early = write({ ...live('early'), timestamp: SENT.sent });
    const old = { timestamp: SENT.sent - 30 };
    const late = write({ ...live('late', {}, 'LATE'), ...old });
    await until(() => stateOf('late') === 'data');
    const down = write({ ...live('down', {}, 'DOWN'), ...old });
    await until(() => stateOf('down') === 'retry');
    expect(stateOf('early')).toBe('time');
    expect((await write({ ...live('quick'), ...old })).state).toBe('written');
    isDown = false;
    for (const report of await Promise.all([early, late, down])) {
      expect(report.state).toBe('written');
    }
    const told = reports.flatMap((report) => (report.kind === 'progress' ? [report.held] : []));
    const waits = new Set(told.map(({ request_id: id, waits_for: what }) => `${id}: ${what}`));
    expect([...waits]).toEqual(
      expect.arrayContaining(['early: time', 'late: data', 'down: retry', 'quick: undefined']),
    );
    expect(reports.filter(({ kind }) => kind === 'returned')).toEqual([]);
  });

  it('go to another job while the end of the data is missing', async () => {
    const asked: string[] = [];
    let letGo: (() => void) | undefined;
    const answer: Answer = (response, { channels: [{ name }] }) => {
      asked.push(name);
      const rest = asked.filter((each) => each === 'LATE').length > 2;
      if (name === 'LATE') {
        const values = asked.length === 1 ? [1, 2] : rest ? PULSES.slice(2) : [];
        response.end(replyOf({ name, values, pulseIds: rest ? PULSES.slice(2) : [1, 2] }));
      } else letGo = () => void response.end(replyOf({ name, values: PULSES }));
    };
    const { write, writer, stateOf } = await setUp(1, { data_wait: 3600 }, answer);
    const late = write({ ...live('late', {}, 'LATE'), timestamp: SENT.sent });
    await until(() => stateOf('late') === 'data');
    expect(writer.heldRequests).toMatchObject([{ state: 'writing', tries: 1 }]);
    const other = write({ ...live('other'), timestamp: SENT.sent });
    await until(() => stateOf('late') === 'slot' && letGo !== undefined);
    expect(asked).toEqual(['LATE', 'LATE', 'A']);
    letGo!();
    expect((await other).state).toBe('written');
    expect(await late).toMatchObject({ state: 'written', attempts: 1, rows: 10 });
    expect(asked).toEqual(['LATE', 'LATE', 'A', 'LATE']);
  });

  it('are given up at the writer’s end by what waits for the end of its data', async () => {
    const answer: Answer = (response, { channels: [{ name }] }) =>
      void response.end(replyOf({ name, values: [1, 2] }));
    const { write, writer, stateOf, returns, root } = await setUp(1, { data_wait: 3600 }, answer);
    const late = write({ ...live('late'), timestamp: SENT.sent });
    await until(() => stateOf('late') === 'data');
    await writer.shutDown(0);
    expect((await late).failure?.code).toBe('shut_down');
    expect(await returns(1)).toEqual([['late', 1, 'end']]);
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('a request that names this writer', { timeout: 30_000 }, () => {
  const setUpWriter = writers();
  const heardReporter = heardReporters();

  async function setUp(answer: Answer) {
    const { reporter, reports } = await heardReporter();
    const made = await setUpWriter([answer], {}, reporter);
    const reasons: string[] = [];
    made.writer.events.subscribe((event) => {
      if (event.kind === 'returned') reasons.push(event.reason);
    });
    return { ...made, reports, reasons, id: reporter.writerId };
  }

  it('as one that has tried it goes back, and one that is held here goes on', async () => {
    const going: (() => void)[] = [];
    const { id, writer, reports, reasons } = await setUp(
      (response) => void going.push(() => response.end(replyOf({ name: 'A', values: PULSES }))),
    );
    const held = writer.write(live('x'), SENT);
    await until(() => going.length === 1);
    const again = { ...live('x', { tried_by: ['another', id] }), attempt: 2 };
    await writer.write(again, SENT);
    expect(writer.heldRequests).toMatchObject([{ attempt: 1 }]);
    await until(() => reports.some(({ kind }) => kind === 'returned'));
    expect(reports.at(-1)).toMatchObject({ request_id: 'x', attempt: 2, reason: 'tried' });
    expect(reasons).toEqual(['tried']);
    going[0]();
    expect((await held).state).toBe('written');
    await until(() => reports.at(-1)!.kind === 'outcome');
    expect(reports.at(-1)).toMatchObject({ request_id: 'x', attempt: 1 });
    expect(
      (await writer.write({ ...again, handling: handlingText({ tried_by: ['another'] }) }, SENT))
        .state,
    ).toBe('written');
  });

  it('as one in quarantine goes back', async () => {
    const { id, writer, api, reasons } = await setUp((response) => void response.end('[]'));
    await writer.write(live('x', { quarantined: [id] }), SENT);
    expect(reasons).toEqual(['quarantined']);
    expect(writer.heldRequests).toEqual([]);
    expect(api.queries).toEqual([]);
  });
});

describe('a request that its broker has given up', { timeout: 30_000 }, () => {
  const setUpWriter = writers();
  const heardReporter = heardReporters();
  const given = {
    give_up_code: 'writer_lost',
    give_up_message: 'five writers died of it',
    give_up_passes: false,
  };

  it('is left as an error file, with the broker’s failure, and not carried out', async () => {
    const { reporter, reports } = await heardReporter();
    const { writer, api, root } = await setUpWriter(
      [(response) => void response.end(replyOf({ name: 'A', values: PULSES }))],
      {},
      reporter,
    );
    const failure = { code: 'writer_lost', message: 'five writers died of it', passes: false };
    const error_file = join(root, 'x.h5.err');
    const tried = { ...given, tried_by: [reporter.writerId] };
    const report = await writer.write(live('x', tried), SENT);
    expect(report).toMatchObject({ state: 'failed', failure, error_file, attempts: 0 });
    expect(readdirSync(root)).toEqual(['x.h5.err']);
    expect(api.queries).toEqual([]);
    await until(() => reports.at(-1)!.kind === 'outcome');
    expect(reports.at(-1)).toMatchObject({ report: { state: 'failed', failure } });
    const broken = { ...live('y', given), data_api_request: '{' };
    expect((await writer.write(broken, SENT)).failure).toEqual(failure);
  });

  it('is written where its file is there', async () => {
    const { reporter } = await heardReporter();
    const { writer, api, root } = await setUpWriter(
      [(response) => void response.end(replyOf({ name: 'A', values: PULSES }))],
      {},
      reporter,
    );
    await writer.write(live('x'), SENT);
    const report = await writer.write(live('x', given), SENT);
    expect(report).toMatchObject({ state: 'written', failure: undefined, rows: 10 });
    expect(readdirSync(root)).toEqual(['x.h5']);
    expect(api.queries).toHaveLength(1);
  });
});
