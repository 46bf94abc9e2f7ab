import { afterEach, describe, expect, it } from 'vitest';
import type { WriteReport } from '../../report/write-report.js';
import { capturedLog } from '../captured-log.fixture.js';
import { type HeldRequest, received } from '../held-request.js';
import { writeRequest } from '../write-request.fixture.js';
import { isOver, keptReporter } from './kept-channel.fixture.js';

const WRITTEN: WriteReport = {
  ...{ state: 'written', attempts: 1, channels: [], not_requested: [] },
  ...{ bytes: 1, rows: 1, seconds: 1 },
};

describe('Reporter of a queue that keeps requests', () => {
  const log = capturedLog();
  const open: { end(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.end();
  });

  async function setUp(heartbeat?: number) {
    const made = await keptReporter(heartbeat);
    open.push(made.reporter);
    return made;
  }

  const held = (id: string, more: object = {}): HeldRequest =>
    received({ ...writeRequest('x.h5', ['A']), request_id: id, attempt: 1, ...more });

  it('says when the report on an outcome was confirmed', async () => {
    const { channel, reporter } = await setUp();
    const told = reporter.outcome(held('a'), WRITTEN);
    const outcome = await channel.next('outcome');
    expect(await isOver(told)).toBe(false);
    outcome.confirm();
    await told;
  });

  it('sends what was not confirmed on the next connection, and nothing else', async () => {
    const { channel, reporter } = await setUp();
    const first = reporter.outcome(held('first'), WRITTEN);
    (await channel.next('outcome')).confirm();
    await first;
    const second = reporter.outcome(held('second'), WRITTEN);
    const back = reporter.returned(held('back'), 'busy');
    await channel.next('returned');
    channel.goes();
    channel.comes();
    (await channel.next('returned')).confirm();
    await back;
    await channel.next('outcome');
    channel.goes();
    expect(await isOver(second)).toBe(false);
    channel.comes();
    (await channel.next('outcome')).confirm();
    await second;
    const outcomes = channel.came.flatMap(({ report }) =>
      report.kind === 'outcome' ? [report.request_id] : [],
    );
    expect(outcomes).toEqual(['first', 'second', 'second']);
  });

  it('sends what was refused again, with a heartbeat', async () => {
    const { channel, reporter } = await setUp(0.1);
    const back = reporter.returned(held('back'), 'redelivered');
    (await channel.next('returned')).refuse();
    (await channel.next('returned')).confirm();
    await back;
    expect(log.events).toContainEqual(
      expect.objectContaining({ message: 'a report was not sent', request_id: 'back' }),
    );
  });

  it('tells that a request was taken off before its outcome, however often that takes', async () => {
    const { channel, reporter } = await setUp();
    const request = held('long');
    Object.assign(request, { state: 'writing', bytes: 5, tries: 1 });
    channel.goes();
    const taken = reporter.taken(request);
    channel.comes();
    await channel.next('taken');
    const told = reporter.outcome(request, WRITTEN);
    channel.goes();
    expect(await isOver(taken)).toBe(false);
    channel.comes();
    const report = await channel.next('taken');
    expect(report.report).toMatchObject({ held: { request_id: 'long', bytes: 5, tries: 1 } });
    report.confirm();
    await taken;
    expect(await isOver(told)).toBe(false);
    (await channel.next('outcome')).confirm();
    await told;
  });

  it('says whose request a report is about, and of no other report', async () => {
    const { channel, reporter } = await setUp();
    const request = held('a', { trail_id: 'trail-1', sequence: 1 });
    reporter.progress(request);
    const taken = reporter.taken(request);
    (await channel.next('taken')).confirm();
    await isOver(taken);
    void reporter.outcome(request, WRITTEN);
    (await channel.next('outcome')).confirm();
    void reporter.returned(held('b', { trail_id: 'not an id' }));
    (await channel.next('returned')).confirm();
    await reporter.end();
    const trails = channel.came.map(({ report: { kind }, trailId }) => [kind, trailId]);
    expect(trails).toEqual([
      ['hello', undefined],
      ['taken', 'trail-1'],
      ['progress', 'trail-1'],
      ['outcome', 'trail-1'],
      ['returned', undefined],
      ['goodbye', undefined],
    ]);
  });

  it('has nothing to wait for where a request has no id', async () => {
    const { reporter } = await setUp();
    const nameless = held('x', { request_id: undefined });
    await expect(reporter.outcome(nameless, WRITTEN)).resolves.toBeUndefined();
    await expect(reporter.returned(nameless)).resolves.toBeUndefined();
  });

  it('has what is still to be told confirmed at its end', async () => {
    const { channel, reporter } = await setUp();
    const told = reporter.outcome(held('a'), WRITTEN);
    const outcome = await channel.next('outcome');
    const end = reporter.end();
    expect(await isOver(end)).toBe(false);
    outcome.confirm();
    await end;
    await told;
    expect(channel.came.at(-1)!.report.kind).toBe('goodbye');
  });

  it('keeps the newest outcomes of those that no connection took', async () => {
    const { channel, reporter } = await setUp();
    channel.goes();
    const told = Array.from({ length: 257 }, (_, n) => reporter.outcome(held(`r${n}`), WRITTEN));
    channel.comes();
    for (let n = 1; n < 257; n++) {
      const { report, confirm } = await channel.next('outcome');
      expect(report).toMatchObject({ request_id: `r${n}` });
      confirm();
    }
    await Promise.all(told.slice(1));
    expect(await isOver(told[0])).toBe(false);
  });
});
