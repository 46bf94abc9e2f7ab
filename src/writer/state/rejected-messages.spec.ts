import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedLog } from '../captured-log.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { RejectedMessages } from './rejected-messages.js';

describe('RejectedMessages', () => {
  const folder = temporaryFolders();
  const log = capturedLog();

  function lines(state: string, name = 'rejected.jsonl') {
    const text = readFileSync(join(state, name), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  it('keeps every byte, readable where it is text', async () => {
    const state = folder();
    const frames = [
      Buffer.from('{"htype":"bsr_m-1.1", "Übermaß": "測定"}'),
      Buffer.from([0xff, 0, 0x80]),
      Buffer.alloc(0),
    ];
    const rejected = new RejectedMessages(state);
    await rejected.keep(frames, Object.assign(new Error('bad header'), { code: 'bad_header' }));
    const [line] = lines(state);
    expect(line).toMatchObject({ code: 'bad_header', reason: 'bad header', frame_count: 3 });
    expect(line.frames[0].text).toBe(frames[0].toString());
    const back = line.frames.map((frame: { text?: string; base64?: string }) =>
      frame.text === undefined ? Buffer.from(frame.base64!, 'base64') : Buffer.from(frame.text),
    );
    expect(Buffer.concat(back)).toEqual(Buffer.concat(frames));
  });

  it('counts, and names in the log why and where', async () => {
    const state = folder();
    const rejected = new RejectedMessages(state);
    await rejected.keep([Buffer.from('a')], new Error('first'));
    await rejected.keep(
      [Buffer.from('b')],
      Object.assign(new Error('second'), { code: 'frame_count' }),
    );
    expect(rejected.total).toBe(2);
    expect(log.events.at(-1)).toMatchObject({
      level: 'warn',
      message: 'message rejected',
      code: 'frame_count',
      rejected_total: 2,
      file: join(state, 'rejected.jsonl'),
    });
    expect(lines(state)).toHaveLength(2);
  });

  it('keeps the beginning of 10 MB of noise, and how long it was', async () => {
    const state = folder();
    const noise = [Buffer.alloc(10_000_000, 0xa5), Buffer.from('end')];
    await new RejectedMessages(state).keep(noise, new Error('noise'));
    const [{ frames }] = lines(state);
    expect(frames.map(({ bytes }: { bytes: number }) => bytes)).toEqual([10_000_000, 3]);
    const kept = Buffer.from(frames[0].base64, 'base64');
    expect(kept.equals(noise[0].subarray(0, 1024 * 1024))).toBe(true);
    expect(frames[1].text).toBe('');
  });

  it('keeps ten of a flood in a second, counts the others, and says so once', async () => {
    const state = folder();
    const rejected = new RejectedMessages(state);
    const all = Array.from({ length: 100 }, () =>
      rejected.keep([Buffer.from('x')], new Error('again')),
    );
    await Promise.all(all);
    // A second may have ended meanwhile.
    expect([10, 20]).toContain(lines(state).length);
    expect(rejected.total).toBe(100);
    const notKept = log.events.filter(({ message }) => message === 'message rejected and not kept');
    expect(notKept.length).toBeLessThanOrEqual(2);
    expect(notKept[0]).toMatchObject({ error: 'more than 10 a second', rejected_total: 11 });
  });

  it('begins a new file when one is full', async () => {
    const state = folder();
    const path = join(state, 'rejected.jsonl');
    writeFileSync(path, '');
    truncateSync(path, 64 * 1024 * 1024 + 1);
    await new RejectedMessages(state).keep([Buffer.from('x')], new Error('new'));
    expect(lines(state)).toHaveLength(1);
    expect(statSync(`${path}.1`).size).toBe(64 * 1024 * 1024 + 1);
  });

  it('says so when a message can’t be kept', async () => {
    const rejected = new RejectedMessages('/proc/nowhere');
    await rejected.keep([Buffer.from('x')], new Error('lost'));
    expect(log.events.at(-1)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('not kept'),
    });
    expect(rejected.total).toBe(1);
  });
});
