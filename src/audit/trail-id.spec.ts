import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WriteRequest } from '../request/write-request.js';
import { AuditTrail } from './audit-trail.js';
import { readTrail } from './read-trail.js';

const HOUR_MS = 3600_000;
const NOW = 1_800_000_000_000;

let folder: string;
let file: string;
let trail: AuditTrail;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trail-id-'));
  file = join(folder, 'audit.log');
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});

afterEach(async () => {
  vi.useRealTimers();
  await trail.onApplicationShutdown();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  trail = new AuditTrail(file);
  await trail.onModuleInit();
}

/** Ends a broker and begins another one, which finds the files as they were before the end. */
async function startAfterAKill(): Promise<void> {
  const id = readFileSync(`${file}.id`);
  await trail.onApplicationShutdown();
  writeFileSync(`${file}.id`, id);
  await start();
}

async function record(id: string, further: Partial<WriteRequest> = {}): Promise<WriteRequest> {
  const request = { data_api_request: '{}', parameters: '{}', timestamp: Date.now() / 1000 };
  const [recorded] = await trail.append([{ ...request, request_id: id, ...further }]);
  return recorded.request;
}

async function recorded(path = file): Promise<WriteRequest[]> {
  const requests = [];
  for await (const line of readTrail(path)) if ('request' in line) requests.push(line.request);
  return requests;
}

describe('a sequence', () => {
  const aheadLine = () => {
    const ahead = (NOW + HOUR_MS) / 1000;
    const line = { data_api_request: '{}', parameters: '{}', timestamp: ahead, request_id: 'a' };
    const text = JSON.stringify(line).replaceAll('":', '": ').replaceAll(',"', ', "');
    return `[20270115-090000] ${text}\n`;
  };

  it.each([
    ['in the trail', '', aheadLine],
    ['in one that was moved away', '.1', aheadLine],
    ['in one that was packed', '-20270115.gz', () => gzipSync(aheadLine())],
  ])(
    'is above the times of lines without one, under a clock that was ahead, %s',
    async (_where, ending, text) => {
      writeFileSync(`${file}${ending}`, text());
      await start();
      const { sequence } = await record('b');
      expect(sequence).toBe(NOW + HOUR_MS + 1);
    },
  );

  it('is above what a release without them recorded meanwhile, and moved away', async () => {
    await start();
    await trail.onApplicationShutdown();
    writeFileSync(`${file}.1`, aheadLine());
    utimesSync(`${file}.1`, (NOW + HOUR_MS) / 1000, (NOW + HOUR_MS) / 1000);
    await start();
    expect((await record('b')).sequence).toBe(NOW + HOUR_MS + 1);
  });

  it('is recorded with every request, follows the clock in ms, and goes up', async () => {
    await start();
    const first = await record('a');
    const second = await record('b');
    vi.setSystemTime(NOW + 5000);
    const third = await record('c', { dispatch: false });
    expect([first, second, third].map(({ sequence }) => sequence)).toEqual([
      NOW,
      NOW + 1,
      NOW + 5000,
    ]);
    expect(await recorded()).toEqual([first, second, third]);
    expect(first.trail_id).toMatch(/^[\w-]{36}$/);
  });

  it('is one of this trail, whatever a request brings along', async () => {
    await start();
    const { trail_id } = await record('a');
    expect(await record('b', { trail_id: 'other', sequence: 7 })).toMatchObject({
      trail_id,
      sequence: NOW + 1,
    });
  });

  it('goes in the order of the lines, with many calls at once', async () => {
    await start();
    await Promise.all(Array.from({ length: 50 }, (_, n) => record(`${n}`)));
    const sequences = (await recorded()).map(({ sequence }) => sequence!);
    expect(sequences).toEqual(Array.from({ length: 50 }, (_, n) => NOW + n));
  });

  it.each([
    ['is stopped', async () => (await trail.onApplicationShutdown(), start())],
    ['is killed', startAfterAKill],
  ])('goes up when the clock steps back and the broker %s', async (_how, again) => {
    await start();
    const ahead = await record('a');
    vi.setSystemTime(NOW - HOUR_MS);
    const back = await record('b');
    await again();
    const later = await record('c');
    expect(back.sequence).toBe(ahead.sequence! + 1);
    expect(later.sequence).toBeGreaterThan(back.sequence!);
    expect(later.trail_id).toBe(ahead.trail_id);
  });

  it.each([
    ['is moved away', () => renameSync(file, `${file}.1`)],
    ['is cut off', () => writeFileSync(file, '')],
    ['is lost', () => rmSync(file)],
  ])(
    'goes up when the trail %s, the broker is killed and the clock steps back',
    async (_how, lose) => {
      await start();
      const before = await record('a');
      vi.setSystemTime(NOW + 11 * HOUR_MS);
      const last = await record('b');
      lose();
      vi.setSystemTime(NOW - HOUR_MS);
      await startAfterAKill();
      const after = await record('c');
      expect(after.sequence).toBeGreaterThan(last.sequence!);
      expect(after.trail_id).toBe(before.trail_id);
    },
  );

  it('follows the clock again after a kill, where trail and clock went on', async () => {
    await start();
    await record('a');
    vi.setSystemTime(NOW + 5000);
    await startAfterAKill();
    expect((await record('b')).sequence).toBe(NOW + 5000);
  });

  it('goes up when a clock that was years ahead is put right', async () => {
    await start();
    vi.setSystemTime(NOW + 100_000 * HOUR_MS);
    const ahead = await record('a');
    vi.setSystemTime(NOW);
    await startAfterAKill();
    expect((await record('b')).sequence).toBeGreaterThan(ahead.sequence!);
  });

  it('costs no write beside the line, but for one in half a day', async () => {
    await start();
    const noted = readFileSync(`${file}.id`, 'utf8');
    for (let n = 0; n < 20; n++) await record(`${n}`);
    expect(readFileSync(`${file}.id`, 'utf8')).toBe(noted);
    vi.setSystemTime(NOW + 13 * HOUR_MS);
    await record('later');
    await expect.poll(() => readFileSync(`${file}.id`, 'utf8')).not.toBe(noted);
  });
});

describe('the id of a trail', () => {
  it('is found at the end of the trail where its file is lost or damaged', async () => {
    await start();
    const before = await record('a');
    await trail.onApplicationShutdown();
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    for (const lose of [() => rmSync(`${file}.id`), () => writeFileSync(`${file}.id`, '\0\0')]) {
      lose();
      vi.setSystemTime(NOW - HOUR_MS);
      await start();
      const after = await record('b');
      expect(after.trail_id).toBe(before.trail_id);
      expect(after.sequence).toBeGreaterThan(before.sequence!);
      await trail.onApplicationShutdown();
    }
    log.mockRestore();
    expect(readdirSync(folder)).toContainEqual(expect.stringMatching(/\.id\.damaged-\d+$/));
  });

  it('is another one for another trail', async () => {
    await start();
    const { trail_id } = await record('a');
    await trail.onApplicationShutdown();
    rmSync(`${file}.id`);
    rmSync(file);
    await start();
    expect((await record('b')).trail_id).not.toBe(trail_id);
  });

  it.each([
    ['its file', () => writeFileSync(`${file}.id`, forged(2 ** 53 - 1))],
    ['its file, and is no number', () => writeFileSync(`${file}.id`, forged(1e300))],
    ['the trail', () => appendFileSync(file, `{"trail_id": "t", "sequence": ${2 ** 53 - 1}}\n`)],
  ])('is a new one where the sequence could not go on: forged in %s', async (_where, forge) => {
    forge();
    await start();
    const { trail_id, sequence } = await record('a');
    expect(trail_id).not.toBe('t');
    expect(sequence).toBe(NOW);
  });

  it('is made anew for a trail that has none, as of an earlier release', async () => {
    writeFileSync(file, '[20180625-101112] {"data_api_request": "{}", "parameters": "{}"}\n');
    await start();
    expect(existsSync(`${file}.id`)).toBe(true);
    expect((await record('a')).sequence).toBe(NOW);
  });
});

function forged(reserved: number): string {
  return JSON.stringify({ trail_id: 't', reserved });
}
