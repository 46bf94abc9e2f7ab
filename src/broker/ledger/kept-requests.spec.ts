import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { EventLog } from '../../logging/event-log.js';
import type { Delivery } from '../delivery/delivery.js';
import { Ledger } from './ledger.js';
import type { OpenRequest } from './past.js';
import type { TrackedRequest } from './tracked-request.js';

let folder: string;
let trail: string;
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
  trail = join(folder, 'audit.log');
  const texts = { data_api_request: '{}', parameters: '{"output_file":"/a.h5"}' };
  const place = { lane: 'live', trail_id: 't', sequence: 1 } as const;
  const request = { ...texts, timestamp: 1, request_id: 'a', ...place };
  writeFileSync(trail, `${formatTrailLine(request)}\n`);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await ledger.close();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<OpenRequest> {
  ledger = new Ledger(trail);
  await ledger.recovery.openTrail();
  return (await ledger.recover())[0];
}

async function restart(): Promise<OpenRequest> {
  await ledger.close();
  return start();
}

/** A request that is sent, for the third time. */
async function sent(): Promise<TrackedRequest> {
  const { recorded } = await start();
  const request = ledger.accept(recorded, { state: 'queued', attempt: 2 });
  ledger.sending(request, 3);
  return request;
}

function keeping(request: TrackedRequest, delivery: Partial<Delivery>): void {
  request.delivery = { state: 'sent', attempt: 3, ...delivery };
  ledger.keeping(request);
}

describe('the next broker', () => {
  it('knows that a request was handed over, and not whether the queue has it', async () => {
    await sent();
    expect(await restart()).toMatchObject({ sent: 3, kept: undefined });
  });

  it('knows that the queue has it, until it is sent anew', async () => {
    const request = await sent();
    keeping(request, { kept: true });
    expect(await restart()).toMatchObject({ sent: 3, kept: true });
    const again = ledger.accept((await restart()).recorded, { state: 'queued', attempt: 3 });
    ledger.sending(again, 4);
    expect(await restart()).toMatchObject({ sent: 4, kept: undefined });
  });

  it('knows that a writer took it off the queue', async () => {
    const request = await sent();
    keeping(request, { kept: true });
    keeping(request, { holder: 'w', state: 'writing' });
    expect(await restart()).toMatchObject({ sent: 3, kept: false });
  });

  it('sends it where it waited to be sent again', async () => {
    const request = await sent();
    keeping(request, { kept: true });
    keeping(request, { state: 'returned' });
    expect(await restart()).toMatchObject({ sent: 3, kept: undefined });
  });
});

describe('a failed request that was put back', () => {
  it('is open again, for the next broker as well', async () => {
    const { recorded } = await start();
    const request = ledger.accept(recorded, { state: 'sent', attempt: 1 });
    request.delivery = { state: 'failed', attempt: 1 };
    ledger.move(request, { failure: { code: 'dead_letter', message: 'm' } });
    const event = { type: 'put-back', attempt: 1, now: 0 } as const;
    const reopened = await ledger.settled.reopen('a', event);
    expect(reopened?.delivery).toEqual({ state: 'queued', attempt: 1 });
    expect((await ledger.lookup.record('a'))?.failure).toBeUndefined();
    expect(await restart()).toMatchObject({ sent: 1, kept: undefined });
    expect(ledger.get('a')).toBeUndefined();
  });

  it('is not where it was written meanwhile', async () => {
    const { recorded } = await start();
    const request = ledger.accept(recorded, { state: 'sent', attempt: 1 });
    request.delivery = { state: 'written', attempt: 1 };
    ledger.move(request);
    const event = { type: 'put-back', attempt: 1, now: 0 } as const;
    expect(await ledger.settled.reopen('a', event)).toBeUndefined();
  });
});

describe('who waits for the disk', () => {
  it('goes on when all lines so far are there', async () => {
    await sent();
    await ledger.allOnDisk();
    const lines = readFileSync(`${trail}.outcomes`, 'utf8').trimEnd().split('\n');
    expect(lines.at(-1)).toBe('{"request_id":"a","sent":3}');
    expect(ledger.unwritten).toBe(0);
    await ledger.allOnDisk();
  });

  it('waits for as long as the disk refuses', async () => {
    const request = await sent();
    await ledger.allOnDisk();
    const refused = vi.spyOn(EventLog.prototype, 'error').mockReturnValue();
    // In the place of the file: what is appended to it fails.
    renameSync(`${trail}.outcomes`, `${trail}.outcomes-1`);
    mkdirSync(`${trail}.outcomes`);
    keeping(request, { kept: true });
    const order: string[] = [];
    const waiting = ledger.allOnDisk().then(() => order.push('on disk'));
    await vi.waitFor(() => expect(refused).toHaveBeenCalled());
    expect(ledger.unwritten).toBe(1);
    order.push('repaired');
    rmdirSync(`${trail}.outcomes`);
    await waiting;
    expect(order).toEqual(['repaired', 'on disk']);
    expect(readFileSync(`${trail}.outcomes`, 'utf8')).toBe(
      '{"request_id":"a","sent":3,"kept":true}\n',
    );
  });
});
