import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Hdf5Library } from '../hdf5/library/hdf5-library.js';
import { readDataset } from '../hdf5/read/inspect.js';
import type { JobSettings } from '../config/writer-settings.js';
import type { Taken } from '../report/report.js';
import { type Handling, handlingText } from '../request/handling.js';
import type { WriteRequest } from '../request/write-request.js';
import type { MessageFacts } from '../transport/message-server.js';
import { capturedLog } from './captured-log.fixture.js';
import { type Answer, replyOf } from './data-api.fixture.js';
import { isOver, keptReporter } from './reporting/kept-channel.fixture.js';
import { ASKING_THREAD } from './threads/asking-thread.fixture.js';
import { writeRequest } from './write-request.fixture.js';
import { until, writers } from './writers.fixture.js';

const PATIENCE_MS = 1_200_000;
const FACTS: MessageFacts = { sent: 1528459492, redeliveries: 0, patience: PATIENCE_MS };

function request(id: string, handling: Handling = {}): WriteRequest {
  const sent = { request_id: id, attempt: 1, trail_id: 'trail-1', sequence: 1 };
  return { ...writeRequest(`${id}.h5`, ['A']), ...sent, handling: handlingText(handling) };
}

/** Writers of a queue that keeps requests and reports. Their data comes when the test lets it. */
function keptWriters(setUpWriter: ReturnType<typeof writers>) {
  const open: { end(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.end();
  });
  return async (settings: Partial<JobSettings> = {}) => {
    const going: (() => void)[] = [];
    const hold: Answer = (response) =>
      void going.push(() => response.end(replyOf({ name: 'A', values: [1, 2] })));
    const { channel, reporter } = await keptReporter();
    open.push(reporter);
    const made = await setUpWriter([hold], settings, reporter);
    const { writer } = made;
    return {
      ...made,
      channel,
      reporter,
      accept: (sent: WriteRequest, facts: Partial<MessageFacts> = {}) =>
        writer.accept(sent, { ...FACTS, ...facts }),
      /** Has the data of all that has been asked for come. */
      answer: async (jobs = 1) => {
        await until(() => going.length >= jobs);
        for (const each of going.splice(0)) each();
      },
      confirm: async (kind: 'taken' | 'returned' | 'outcome') => {
        const { report, confirm } = await channel.next(kind);
        confirm();
        return report;
      },
    };
  };
}

describe('a request that its queue keeps', { timeout: 60_000 }, () => {
  const setUp = keptWriters(writers(() => ASKING_THREAD));
  capturedLog();
  afterEach(() => void vi.useRealTimers());

  const stopTime = () =>
    void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });

  it('is let go when the report on its outcome was confirmed', async () => {
    const { accept, answer, channel } = await setUp();
    const letGo = accept(request('x'));
    await answer();
    const outcome = await channel.next('outcome');
    expect(await isOver(letGo)).toBe(false);
    outcome.confirm();
    await letGo;
  });

  it('is let go each time that it was handed out, with the one outcome', async () => {
    const { accept, answer, confirm, writer, channel, api } = await setUp();
    const both = [accept(request('x')), accept(request('x'), { redeliveries: 5, wasDead: true })];
    expect(writer.heldRequests).toHaveLength(1);
    await answer();
    await confirm('outcome');
    await Promise.all(both);
    expect(api.queries).toHaveLength(1);
    expect(channel.came.filter(({ report }) => report.kind === 'returned')).toEqual([]);
  });

  it('is taken off when the queue would wait no longer, and goes on', async () => {
    const { accept, answer, confirm, channel, writer } = await setUp();
    stopTime();
    const letGo = accept(request('x'));
    await until(() => writer.heldRequests[0].state === 'retrieving');
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    expect(channel.came.map(({ report }) => report.kind)).not.toContain('taken');
    channel.goes();
    await vi.advanceTimersByTimeAsync(1);
    channel.comes();
    const taken = await channel.next('taken');
    expect(taken).toMatchObject({ trailId: 'trail-1' });
    expect((taken.report as Taken).held).toMatchObject({ request_id: 'x', state: 'retrieving' });
    expect(await isOver(letGo)).toBe(false);
    taken.confirm();
    await letGo;
    await answer();
    expect(await confirm('outcome')).toMatchObject({ report: { state: 'written' } });
  });

  it('is not taken off where it has its outcome by then', async () => {
    const { accept, answer, channel } = await setUp();
    stopTime();
    const letGo = accept(request('x'));
    await answer();
    const outcome = await channel.next('outcome');
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    outcome.confirm();
    await letGo;
    expect(channel.came.map(({ report }) => report.kind)).not.toContain('taken');
  });

  it.each([
    ['dead_letter', { wasDead: true }],
    ['redelivered', { redeliveries: 2 }],
  ] as const)('goes back as %s before anything is begun', async (reason, facts) => {
    const { accept, confirm, api } = await setUp();
    const letGo = accept(request('x'), facts);
    expect(await confirm('returned')).toMatchObject({ request_id: 'x', reason });
    await letGo;
    expect(api.queries).toEqual([]);
  });

  it.each<[string, WriteRequest, Partial<MessageFacts>]>([
    ['was handed out once before', request('x'), { redeliveries: 1 }],
    ['no broker can name', { ...request('x'), request_id: undefined }, { wasDead: true }],
  ])('is carried out where it %s', async (_case, sent, facts) => {
    const { accept, answer, confirm, api } = await setUp();
    const letGo = accept(sent, facts);
    await answer();
    if (sent.request_id !== undefined) await confirm('outcome');
    await letGo;
    expect(api.queries).toHaveLength(1);
  });

  it('is kept for a while by a writer that gives back what it gets', async () => {
    const { accept, answer, confirm, reporter, writer } = await setUp();
    stopTime();
    const mine = { tried_by: [reporter.writerId] };
    let count = 0;
    /** Hands two out at once, for which others come when this resolves. */
    const refused = async (facts: Partial<MessageFacts> = {}) => {
      const letGo = Promise.all([1, 2].map(() => accept(request(`r${count++}`, mine), facts)));
      for (let n = 0; n < 2; n++) await confirm('returned');
      return { letGo };
    };
    const pauseOf = async (handedOut: ReturnType<typeof refused>) => {
      const { letGo } = await handedOut;
      let ms = 0;
      for (; !(await isOver(letGo)); ms += 250) await vi.advanceTimersByTimeAsync(250);
      return ms;
    };
    const pauses: number[] = [];
    for (let n = 0; n < 7; n++) pauses.push(await pauseOf(refused()));
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
    // The queue would hand it out again by then.
    expect(await pauseOf(refused({ patience: 3000 }))).toBe(3000);
    await vi.advanceTimersByTimeAsync(12_000);
    const carriedOut = accept(request('x'));
    await answer();
    await confirm('outcome');
    await carriedOut;
    expect(await pauseOf(refused())).toBe(500);
    const last = await refused();
    await writer.shutDown(0);
    await last.letGo;
  });

  it('takes no place in its queue while it waits for its time', async () => {
    const { accept, answer, confirm, api } = await setUp({ data_retrieval_delay: 0.5 });
    const told: [number, boolean][] = [];
    const young = { ...request('x'), timestamp: FACTS.sent! };
    const handedOut = [1, 2].map((time) =>
      accept(young, { setAside: (isAside) => void told.push([time, isAside]) }),
    );
    await until(() => api.queries.length === 1);
    const aside = [1, 2].map((time) => [time, true]);
    const back = [1, 2].map((time) => [time, false]);
    expect(told).toEqual([...aside, ...back]);
    await answer();
    await confirm('outcome');
    await Promise.all(handedOut);
    expect(told).toHaveLength(4);
  });

  it('is given back at the end, and let go when that was confirmed', async () => {
    const { accept, channel, writer, reporter, api } = await setUp();
    const letGo = accept(request('x'));
    await until(() => api.queries.length === 1);
    await writer.shutDown(0);
    const end = reporter.end();
    const { report, confirm } = await channel.next('returned');
    expect(report).toMatchObject({ request_id: 'x', reason: 'end' });
    expect(await isOver(letGo)).toBe(false);
    confirm();
    await Promise.all([letGo, end]);
  });

  it('is not let go where its end could not be reported', async () => {
    const { accept, channel, writer, reporter, api } = await setUp();
    const letGo = accept(request('x'));
    await until(() => api.queries.length === 1);
    channel.goes();
    await writer.shutDown(0);
    await reporter.end();
    expect(await isOver(letGo)).toBe(false);
  });
});

describe('a request that two writers have at once', { timeout: 60_000 }, () => {
  const setUp = keptWriters(writers());
  capturedLog();

  it('ends well at both, with one whole file', async () => {
    const first = await setUp();
    const second = await setUp({ output_root: [first.root] });
    const both = [first.accept(request('x'))];
    await until(() => first.api.queries.length === 1);
    both.push(second.accept(request('x'), { redeliveries: 1 }));
    await second.answer();
    const reports = [await second.confirm('outcome')];
    await first.answer();
    reports.push(await first.confirm('outcome'));
    await Promise.all(both);
    for (const report of reports) {
      expect(report).toMatchObject({ request_id: 'x', report: { state: 'written', rows: 2 } });
    }
    expect(readdirSync(first.root)).toEqual(['x.h5']);
    const library = await Hdf5Library.load();
    const data = readDataset(library, join(first.root, 'x.h5'), '/data/A/data');
    expect(Array.from(data)).toEqual([1, 2]);
    const third = await setUp({ output_root: [first.root] });
    const again = third.accept(request('x'), { redeliveries: 1 });
    expect(await third.confirm('outcome')).toMatchObject({ report: { state: 'written', rows: 2 } });
    await again;
    expect(third.api.queries).toEqual([]);
  });
});
