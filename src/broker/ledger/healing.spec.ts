import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import type { RequestHead } from '../../report/request-record.js';
import type { WriteReport } from '../../report/write-report.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { Delivery } from '../delivery/delivery.js';
import type { Healing } from '../delivery/failed.js';
import { Ledger } from './ledger.js';
import type { OpenRequest } from './past.js';
import type { TrackedRequest } from './tracked-request.js';

const SINCE = 1_795_511_700;
const DOWN = { code: 'unreachable', message: 'connection refused' };
const FULL = { code: 'disk_full', message: 'no room is left' };

let folder: string;
let trail: string;
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'healing-'));
  trail = join(folder, 'audit.log');
});

afterEach(async () => {
  vi.restoreAllMocks();
  await ledger.close();
  rmSync(folder, { recursive: true });
});

function request(request_id: string, sequence: number): WriteRequest {
  const texts = { data_api_request: '{}', parameters: `{"output_file":"/${request_id}.h5"}` };
  return { ...texts, timestamp: SINCE, request_id, lane: 'live', trail_id: 't', sequence };
}

function record(...requests: readonly WriteRequest[]): void {
  writeFileSync(trail, requests.map((each) => `${formatTrailLine(each)}\n`).join(''));
}

/** A broker starts. @returns the requests that it finds open */
async function start(): Promise<readonly OpenRequest[]> {
  ledger = new Ledger(trail);
  await ledger.recovery.openTrail();
  return ledger.recover();
}

async function restart(): Promise<readonly OpenRequest[]> {
  await ledger.close();
  return start();
}

/** Takes in what a start found, as it would be delivered. */
function accept(open: readonly OpenRequest[], delivery: Delivery): TrackedRequest {
  expect(open).toHaveLength(1);
  return ledger.accept(open[0].recorded, delivery);
}

async function accepted(id = 'a'): Promise<TrackedRequest> {
  record(request(id, 1));
  return accept(await start(), { state: 'queued', attempt: 0 });
}

const healing = (failures: number): Healing => ({
  since: SINCE,
  failures,
  faults: [],
  ends: 4000,
  due: 60,
});

/** It is sent, and fails; it heals if it is tried again at some time. */
function fail(entry: TrackedRequest, attempt: number, nextAttempt?: number, failure = DOWN) {
  ledger.sending(entry, attempt);
  entry.delivery = { state: 'sent', attempt };
  ledger.move(entry);
  const heals = nextAttempt === undefined ? {} : { healing: healing(attempt) };
  entry.delivery = { state: 'failed', attempt, ...heals };
  const report = { state: 'failed', channels: [], not_requested: [], failure, attempts: 3 };
  return ledger.move(entry, {
    writer: `w${attempt}`,
    report: report as unknown as WriteReport,
    nextAttempt,
  });
}

function cancel(entry: TrackedRequest): Promise<boolean> {
  const { attempt } = entry.delivery;
  const cancelled = { state: 'recorded', attempt, cancelled: true } as const;
  return ledger.cancel(entry, () => {
    entry.delivery = cancelled;
    return true;
  });
}

async function lines(): Promise<Record<string, unknown>[]> {
  await vi.waitFor(() => expect(ledger.unwritten).toBe(0));
  const texts = readFileSync(`${trail}.outcomes`, 'utf8').trimEnd().split('\n');
  return texts
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .filter((line) => !('started' in line || 'hello' in line));
}

const found = async (id = 'a') => ({
  next_attempt: undefined,
  cancelled: undefined,
  waits_for: undefined,
  ...(await ledger.lookup.record(id))!,
});
const listed = async (filter = {}): Promise<RequestHead[]> =>
  (await ledger.lookup.list(filter, { limit: 10 }))!.heads;

describe('a request that heals', () => {
  it('has its report in the outcomes file once, however often it fails', async () => {
    const entry = await accepted();
    fail(entry, 1, SINCE + 60);
    fail(entry, 2, SINCE + 180);
    fail(entry, 3, SINCE + 420, FULL);
    const [, settled, , second, , third] = await lines();
    expect(settled).toMatchObject({
      state: 'failed',
      next_attempt: SINCE + 60,
      first_failed: SINCE,
      failures: 1,
      detail: { report: { attempts: 3 } },
    });
    expect(second).toEqual({
      healing: 'a',
      attempt: 2,
      time: expect.any(Number) as number,
      failures: 2,
      next_attempt: SINCE + 180,
    });
    expect(third).toMatchObject({ healing: 'a', failures: 3, failure: FULL });
    expect(await found()).toMatchObject({
      state: 'failed',
      attempt: 3,
      next_attempt: SINCE + 420,
      failures: 3,
      failure: FULL,
      writer_id: 'w3',
      report: { failure: DOWN },
    });
  });

  it('keeps the beginning of its history, and the newest', async () => {
    const entry = await accepted();
    for (let n = 1; n <= 100; n++) fail(entry, n, SINCE + 60 * n);
    const { history } = await found();
    expect(history).toHaveLength(120);
    expect(history[0]).toMatchObject({ state: 'queued', attempt: 0 });
    expect(history[19]).toMatchObject({ state: 'sent', attempt: 10 });
    expect(history[20]).toMatchObject({ state: 'sent', attempt: 51 });
    expect(history.at(-1)).toMatchObject({ state: 'failed', attempt: 100 });
  });

  it('is told from others that failed', async () => {
    const entry = await accepted();
    fail(entry, 1, SINCE + 60);
    expect(await listed({ healing: true })).toMatchObject([{ next_attempt: SINCE + 60 }]);
    expect(await listed({ healing: false })).toEqual([]);
    expect(ledger.healing).toBe(1);
    entry.delivery = { state: 'failed', attempt: 1 };
    ledger.move(entry);
    await lines();
    expect(entry.live).toBeUndefined();
    expect(await listed({ healing: true })).toEqual([]);
    expect((await listed({ healing: false }))[0].next_attempt).toBeUndefined();
    expect(ledger.healing).toBe(0);
  });

  it('stays failed for its last failure once its healing is over, through a restart', async () => {
    const entry = await accepted();
    fail(entry, 1, SINCE + 60);
    fail(entry, 2, SINCE + 120);
    await ledger.lookup.list({}, { limit: 1 });
    const failure = { code: 'no_data', message: 'the buffer has forgotten' };
    fail(entry, 3, undefined, failure);
    await lines();
    const end = { state: 'failed', attempt: 3, failures: 3, failure, report: { failure: DOWN } };
    expect(await found()).toMatchObject(end);
    expect(await found()).toMatchObject({ next_attempt: undefined });
    expect(await restart()).toEqual([]);
    expect(await found()).toMatchObject(end);
    expect(await found()).toMatchObject({ next_attempt: undefined });
  });

  it('is written in the end', async () => {
    const entry = await accepted();
    fail(entry, 1, SINCE + 60);
    entry.delivery = { state: 'written', attempt: 2 };
    ledger.move(entry);
    expect((await lines()).at(-1)).toMatchObject({ state: 'written', first_failed: SINCE });
    expect(await restart()).toEqual([]);
    expect(await found()).toMatchObject({ state: 'written', failures: 1 });
  });
});

describe('a healing request, at a start', () => {
  const left = { since: SINCE, failures: 2, attempt: 2, nextAttempt: SINCE + 120 };

  it('is found with what its later failures said, and goes on from there', async () => {
    const first = await accepted();
    fail(first, 1, SINCE + 60);
    fail(first, 2, SINCE + 120, FULL);
    const open = await restart();
    expect(open).toMatchObject([{ sent: 0, healing: left }]);
    const entry = accept(open, { state: 'failed', attempt: 2, healing: healing(2) });
    const known = { attempt: 2, failures: 2, failure: FULL, report: { failure: DOWN } };
    expect(await found()).toMatchObject({ state: 'failed', next_attempt: SINCE + 120, ...known });
    fail(entry, 3, SINCE + 300);
    expect((await lines()).at(-1)).toMatchObject({ healing: 'a', failures: 3, attempt: 3 });
    expect(await restart()).toMatchObject([{ healing: { failures: 3, attempt: 3 } }]);
  });

  it('counts as sent where it was sent since', async () => {
    const first = await accepted();
    fail(first, 1, SINCE + 60);
    ledger.sending(first, 2);
    const open = await restart();
    expect(open).toMatchObject([{ sent: 2, healing: { failures: 1, attempt: 1 } }]);
    accept(open, { state: 'sent', attempt: 2, healing: healing(1) });
    expect(await found()).toMatchObject({ state: 'sent', attempt: 2, next_attempt: undefined });
  });

  it('is over where the broker no longer heals', async () => {
    fail(await accepted(), 1, SINCE + 60);
    accept(await restart(), { state: 'failed', attempt: 1 });
    expect((await lines()).at(-1)).toMatchObject({ healing: 'a', failures: 1 });
    expect(await found()).toMatchObject({ state: 'failed', next_attempt: undefined });
    expect(await restart()).toEqual([]);
  });

  it('is found where trail and outcomes were moved away, some starts ago too', async () => {
    fail(await accepted(), 1, SINCE + 60);
    await lines();
    for (const name of [trail, `${trail}.outcomes`]) renameSync(name, `${name}.1`);
    record(request('b', 2));
    const open = await restart();
    expect(open.map(({ recorded }) => recorded.facts.id)).toEqual(['a', 'b']);
    const [a, b] = open;
    const entry = ledger.accept(a.recorded, { state: 'failed', attempt: 1, healing: healing(1) });
    fail(ledger.accept(b.recorded, { state: 'queued', attempt: 0 }), 1, SINCE + 60);
    fail(entry, 2, SINCE + 120);
    await lines();
    // That trail is known now.
    renameSync(trail, `${trail}.2`);
    record();
    const ids = async () => (await restart()).map(({ recorded }) => recorded.facts.id);
    expect(await ids()).toEqual(['a', 'b']);
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('is found in a trail that was moved away and read before it failed', async () => {
    record(request('a', 1));
    await start();
    renameSync(trail, `${trail}.1`);
    record(request('b', 2));
    // A start that reads the moved trail; only then it fails.
    const open = await restart();
    const entry = ledger.accept(open[0].recorded, { state: 'queued', attempt: 0 });
    fail(entry, 1, SINCE + 60);
    await lines();
    // The outcomes are cut to what matters, as an early logrotate would.
    const kept = readFileSync(`${trail}.outcomes`, 'utf8').split('\n');
    await ledger.close();
    const text = kept.filter((line) => !line.includes('carried')).join('\n');
    writeFileSync(`${trail}.outcomes`, text);
    expect((await start()).map(({ recorded }) => recorded.facts.id)).toEqual(['a', 'b']);
  });

  it('is given up where its line is gone', async () => {
    const now = Date.now() / 1000;
    const entry = await accepted();
    fail(entry, 1, now);
    record();
    expect(await restart()).toEqual([]);
    expect((await lines()).at(-1)).toMatchObject({ next_attempt: now });
    expect(await found()).toMatchObject({ state: 'failed', next_attempt: undefined });
    record(request('a', 1));
    fail(accept(await restart(), { state: 'queued', attempt: 1 }), 2, now - 172_800);
    record();
    expect(await restart()).toEqual([]);
    expect((await lines()).at(-1)).toMatchObject({ healing: 'a', failures: 2 });
    expect((await lines()).at(-1)).not.toHaveProperty('next_attempt');
    expect(await found()).toMatchObject({ state: 'failed', next_attempt: undefined });
  });

  it('what failed before healing was known does not heal', async () => {
    fail(await accepted(), 1);
    expect((await lines()).at(-1)).not.toHaveProperty('next_attempt');
    expect(await restart()).toEqual([]);
  });
});

describe('a request that is cancelled', () => {
  it('is on disk before that is answered, and is not sent by a later start', async () => {
    const entry = await accepted();
    expect(await cancel(entry)).toBe(true);
    const texts = readFileSync(`${trail}.outcomes`, 'utf8');
    expect(texts).toContain('"state":"recorded"');
    expect(await found()).toMatchObject({ state: 'recorded', cancelled: true });
    expect(await restart()).toEqual([]);
    expect(await found()).toMatchObject({ state: 'recorded', cancelled: true });
  });

  it('ends its healing', async () => {
    const entry = await accepted();
    fail(entry, 1, SINCE + 60);
    await cancel(entry);
    expect(await found()).toMatchObject({ state: 'recorded', next_attempt: undefined });
    expect(await restart()).toEqual([]);
  });

  it.skipIf(!existsSync('/dev/full'))('stays as it was if the disk refuses', async () => {
    const entry = await accepted();
    await lines();
    rmSync(`${trail}.outcomes`);
    symlinkSync('/dev/full', `${trail}.outcomes`);
    await expect(cancel(entry)).rejects.toMatchObject({ code: 'outcome_not_saved' });
    expect(await found()).toMatchObject({ state: 'queued', cancelled: undefined });
    unlinkSync(`${trail}.outcomes`);
    expect(await cancel(entry)).toBe(true);
  });
});

describe('a death of a writer', () => {
  it('counts once, also after a restart', async () => {
    await accepted();
    expect(ledger.died('a', 'd1')).toBe(true);
    expect(ledger.died('a', 'd1')).toBe(false);
    expect(ledger.died('a', 'd2')).toBe(true);
    expect(ledger.died('unknown', 'd3')).toBe(false);
    expect(await found()).toMatchObject({ deaths: 2 });
    const open = await restart();
    expect(open).toMatchObject([{ deaths: 2 }]);
    accept(open, { state: 'queued', attempt: 0, deaths: 2 });
    expect(await found()).toMatchObject({ deaths: 2 });
    expect(ledger.died('a', 'd2')).toBe(false);
    expect(ledger.died('a', 'd4')).toBe(true);
    expect(await found()).toMatchObject({ deaths: 3 });
  });
});

describe('a request that a writer gives back without having begun it', () => {
  it('is as if it had not been sent, also for the next broker', async () => {
    const entry = await accepted();
    ledger.sending(entry, 1);
    entry.delivery = { state: 'sent', attempt: 1 };
    ledger.move(entry);
    entry.delivery = { state: 'queued', attempt: 0 };
    ledger.takeBack(entry);
    expect((await found()).history).toMatchObject([{ state: 'queued', attempt: 0 }]);
    expect(await restart()).toMatchObject([{ sent: 0, healing: undefined }]);
  });

  it('is still one that heals', async () => {
    const entry = await accepted();
    fail(entry, 1, SINCE + 60);
    ledger.sending(entry, 2);
    entry.delivery = { state: 'sent', attempt: 2, healing: healing(1) };
    ledger.move(entry);
    entry.delivery = { state: 'queued', attempt: 1, healing: healing(1) };
    ledger.takeBack(entry);
    expect((await found()).history.at(-1)).toMatchObject({ state: 'failed', attempt: 1 });
    expect(await restart()).toMatchObject([{ sent: 0, healing: { attempt: 1 } }]);
  });
});

it('a change that says nothing of its own keeps what is known, and makes no history', async () => {
  const entry = await accepted();
  const held = { request_id: 'a', attempt: 1, bytes: 5, rows: 1, tries: 1 };
  entry.delivery = { state: 'writing', attempt: 1, holder: 'w' };
  ledger.move(entry, { writer: 'w', held: { ...held, state: 'writing' } });
  const before = await found();
  entry.delivery = { ...entry.delivery, deaths: 1, stalledAt: ['w'] };
  ledger.move(entry);
  expect(await found()).toEqual({ ...before, deaths: 1, stalled_at: ['w'] });
});

describe('why requests wait', () => {
  it('is shown of those that are open', async () => {
    const entry = await accepted();
    entry.blocked = 'source_down';
    expect(await found()).toMatchObject({ waits_for: 'source_down', lane: 'live' });
    expect(await listed()).toMatchObject([{ waits_for: 'source_down' }]);
    fail(entry, 1, SINCE + 60);
    expect(await found()).toMatchObject({ waits_for: undefined });
  });
});
