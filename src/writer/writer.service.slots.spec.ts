import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JobSettings } from '../config/writer-settings.js';
import type { Returned } from '../report/report.js';
import { type Handling, handlingText } from '../request/handling.js';
import type { WriteRequest } from '../request/write-request.js';
import { capturedLog } from './captured-log.fixture.js';
import { type Answer, replyOf } from './data-api.fixture.js';
import { heardReporters } from './reporting/report-port.fixture.js';
import { ASKING_THREAD } from './threads/asking-thread.fixture.js';
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

/** Writers whose broker listens. Call it once in a describe. */
function slots(setUpWriter: ReturnType<typeof writers>) {
  const heardReporter = heardReporters();

  return async (concurrency: number, settings: Partial<JobSettings> = {}, answer?: Answer) => {
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
      id: reporter.writerId,
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
  };
}

describe('slots of a writer', { timeout: 30_000 }, () => {
  const setUp = slots(writers(() => ASKING_THREAD));
  const log = capturedLog();
  afterEach(() => void vi.useRealTimers());

  /** From now on nobody loses patience, and no job runs for long, unless the test says so. */
  const stopTime = () =>
    void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });

  it('are taken by a long job: what can’t begin within half a second goes back', async () => {
    const { write, begins, returns, writer, api, events } = await setUp(1);
    stopTime();
    const long = await begins(live('long', {}, 'HELD'));
    const quick = write(live('quick'));
    await vi.advanceTimersByTimeAsync(499);
    expect(writer.heldRequests).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await quick).toMatchObject({ state: 'failed', failure: { code: 'given_back' } });
    // Nobody waits for the end of a job that has run for so long.
    await vi.advanceTimersByTimeAsync(1);
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
    const lines = log.events.filter(({ request_id: id }) => id === 'quick' || id === 'late');
    expect(lines.map(({ message }) => message)).toEqual(['request received', 'file written']);
  });

  it('keep waiting what comes of a broker that handles nothing', async () => {
    const { write, begins, reports, stateOf, returns } = await setUp(1);
    stopTime();
    const long = await begins(unhandled('long', 'HELD'));
    const waiting = write({ ...unhandled('waits'), replay_of: 'older' });
    const handled = write(live('handled'));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect((await handled).failure?.code).toBe('given_back');
    expect(stateOf('waits')).toBe('slot');
    long.letGo();
    expect((await waiting).state).toBe('written');
    await returns(1);
    expect(reports.filter(({ kind }) => kind === 'returned')).toHaveLength(1);
  });

  it('go to live requests first', async () => {
    const { write, begins, api } = await setUp(1);
    stopTime();
    const first = await begins(live('first', {}, 'HELD'));
    const reports = [write(background('back', 'B')), write(live('live'))];
    first.letGo();
    await Promise.all(reports);
    expect(api.queries[1].channels).toMatchObject([{ name: 'A' }]);
  });

  it('are kept free of background requests, one of them', async () => {
    const { write, begins } = await setUp(2);
    stopTime();
    const long = await begins(background('long', 'HELD'));
    // What heals keeps the lane of its line, and gives way all the same.
    const back = [write(background('back')), write(live('heals', { healing: true }))];
    await vi.advanceTimersByTimeAsync(500);
    for (const each of back) expect((await each).failure?.code).toBe('given_back');
    expect((await write(live('live'))).state).toBe('written');
    long.letGo();
    expect((await long.report).state).toBe('written');
    expect((await write(background('back'))).state).toBe('written');
  });

  it('are all free for a job that is to run alone', async () => {
    const { write, begins, writer, api, stateOf } = await setUp(2);
    stopTime();
    const givenBack = async (request: WriteRequest) => {
      const report = write(request);
      await vi.advanceTimersByTimeAsync(500);
      expect((await report).failure?.code).toBe('given_back');
    };
    const before = await begins(live('before', {}, 'HELD'));
    const alone = write(live('alone', { alone: true }, 'HELD'));
    await givenBack(live('second', { alone: true }));
    await givenBack(live('other'));
    expect(stateOf('alone')).toBe('slot');
    expect(api.queries).toHaveLength(1);
    expect((await write(unhandled('old'))).state).toBe('written');
    before.letGo();
    await until(() => api.queries.length === 3);
    const older = write(unhandled('older'));
    await givenBack(live('other'));
    expect(writer.heldRequests).toMatchObject([{ tries: 1 }, { tries: 0, waitsFor: 'slot' }]);
    before.letGo();
    expect((await alone).state).toBe('written');
    expect((await older).state).toBe('written');
  });

  it('are not waited for where a request for the same file is under way', async () => {
    const { write, begins, returns } = await setUp(2);
    stopTime();
    const long = await begins(live('x', {}, 'HELD'));
    const same = { ...live('x'), request_id: 'same' };
    const report = write(same);
    await vi.advanceTimersByTimeAsync(500);
    expect((await report).failure?.code).toBe('given_back');
    expect(await returns(1)).toEqual([['same', 1, 'busy']]);
    const older = write({ ...unhandled('x'), request_id: 'older' });
    long.letGo();
    expect((await older).state).toBe('written');
    expect((await write(same)).state).toBe('written');
  });

  it('are not taken by what waits for its time, for data or for its next try', async () => {
    let isDown = true;
    const answer: Answer = (response, { channels: [{ name }] }) => {
      if (name === 'DOWN' && isDown) response.writeHead(503).end();
      else response.end(name === 'LATE' && isDown ? '[]' : 'data');
    };
    const settings = { data_retrieval_delay: 3600, data_wait: 86_400 };
    const { write, stateOf, reports, returns, writer } = await setUp(1, settings, answer);
    stopTime();
    // Made when it was sent: its time has not come.
    const early = write({ ...live('early'), timestamp: SENT.sent });
    const old = { timestamp: SENT.sent - 3600 };
    const others = [
      write({ ...live('late', {}, 'LATE'), ...old }),
      write({ ...live('down', {}, 'DOWN'), ...old }),
    ];
    const told = () => {
      const held = reports.flatMap((report) => (report.kind === 'progress' ? [report.held] : []));
      return new Set(held.map(({ request_id: id, waits_for: what }) => `${id}: ${what}`));
    };
    await until(() => told().has('late: data') && told().has('down: retry'));
    expect((await write({ ...live('quick'), ...old })).state).toBe('written');
    expect(stateOf('early')).toBe('time');
    isDown = false;
    for (const report of await Promise.all(others)) expect(report.state).toBe('written');
    vi.useRealTimers();
    await writer.shutDown(0);
    expect((await early).failure?.code).toBe('shut_down');
    expect(told().has('early: time')).toBe(true);
    expect(await returns(1)).toEqual([['early', 1, 'end']]);
  });

  it('are not asked for by a request that names this writer as one that has tried it', async () => {
    const { id, write, writer, begins, returns, reports } = await setUp(2);
    const held = await begins(live('x', {}, 'HELD'));
    const again = { ...live('x', { tried_by: ['another', id] }), attempt: 2 };
    await write(again);
    // The one that is held here goes on.
    expect(writer.heldRequests).toMatchObject([{ attempt: 1 }]);
    expect(await returns(1)).toEqual([['x', 2, 'tried']]);
    held.letGo();
    expect((await held.report).state).toBe('written');
    await until(() => reports.at(-1)!.kind === 'outcome');
    expect(reports.at(-1)).toMatchObject({ request_id: 'x', attempt: 1 });
    const byAnother = handlingText({ tried_by: ['another'] });
    expect((await write({ ...again, handling: byAnother })).state).toBe('written');
  });

  it('are not asked for by a request that names this writer as one in quarantine', async () => {
    const { id, write, writer, api, events } = await setUp(2);
    await write(live('x', { quarantined: [id] }));
    expect(events).toEqual([{ kind: 'returned', reason: 'quarantined' }]);
    expect(writer.heldRequests).toEqual([]);
    expect(api.queries).toEqual([]);
  });
});

describe('a writer that makes files', { timeout: 30_000 }, () => {
  const setUp = slots(writers());
  const GIVEN_UP = {
    give_up_code: 'writer_lost',
    give_up_message: 'five writers died of it',
    give_up_passes: false,
  };

  it('has a slot for another job while the end of the data is missing', async () => {
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

  it('gives back at its end what waits for the end of its data', async () => {
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

  it('leaves the error file of what its broker has given up, with the failure that it is told', async () => {
    const { write, api, root, reports, id } = await setUp(1);
    // Others can leave it that have not failed at the file.
    void write(live('w', { ...GIVEN_UP, tried_by: [id] }));
    await until(() => reports.some((each) => each.kind === 'returned' && each.reason === 'tried'));
    const failure = { code: 'writer_lost', message: 'five writers died of it', passes: false };
    const error_file = join(root, 'x.h5.err');
    const report = await write(live('x', GIVEN_UP));
    expect(report).toMatchObject({ state: 'failed', failure, error_file, attempts: 0 });
    expect(readdirSync(root)).toEqual(['x.h5.err']);
    expect(api.queries).toEqual([]);
    await until(() => reports.at(-1)?.kind === 'outcome');
    expect(reports.at(-1)).toMatchObject({ report: { state: 'failed', failure } });
    const broken = { ...live('y', GIVEN_UP), data_api_request: '{' };
    expect((await write(broken)).failure).toEqual(failure);
  });

  it('finds the file of what its broker has given up, where it is there', async () => {
    const { write, api, root } = await setUp(1);
    await write(live('x'));
    const report = await write(live('x', GIVEN_UP));
    expect(report).toMatchObject({ state: 'written', failure: undefined, rows: 10 });
    expect(readdirSync(root)).toEqual(['x.h5']);
    expect(api.queries).toHaveLength(1);
  });
});
