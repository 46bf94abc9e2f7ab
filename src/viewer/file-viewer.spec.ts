import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5Library } from '../hdf5/library/hdf5-library.js';
import {
  poison,
  writeSmallFile as writeFileWithTexts,
} from '../hdf5/read/thread/poisoned-file.fixture.js';
import { asked, askedJson, dataCall } from './asked.fixture.js';
import { FileViewer, type ViewReply } from './file-viewer.js';
import { VIEWER_LIMITS, type ViewerLimits } from './limits.js';
import { writeEndlessFile, writeSmallFile } from './small-file.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
const file = join(folder, 'a.h5');
const large = join(folder, 'large.h5');
const endless = join(folder, 'endless.h5');
/** Its attributes keep HDF5 busy for ever. */
const poisoned = join(folder, 'poisoned.h5');
const FIRST = dataCall(file, '/values', { selection: '0' });
const ALL = dataCall(large, '/values', { format: 'bin' });
const NOBODY_LEAVES = new AbortController().signal;

let viewer: FileViewer;

beforeAll(async () => {
  await writeSmallFile(file, 1);
  await writeSmallFile(large, 0, 1_000_000);
  await writeEndlessFile(endless);
  writeFileWithTexts(await Hdf5Library.load(), poisoned);
  poison(poisoned);
});

afterEach(() => viewer.close());

afterAll(() => rmSync(folder, { recursive: true }));

function start(limits: Partial<ViewerLimits> = {}): FileViewer {
  viewer = new FileViewer({ folders: [folder], reserved: [] }, { ...VIEWER_LIMITS, ...limits });
  return viewer;
}

/** The only process that reads, once it has read. */
async function warm(limits: Partial<ViewerLimits> = {}): Promise<number> {
  start({ processes: 1, ...limits });
  expect(await askedJson(viewer, FIRST)).toBe(1);
  expect(viewer.pids).toHaveLength(1);
  return viewer.pids[0];
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function cutFile(): string {
  const cut = join(folder, 'cut.h5');
  writeFileSync(cut, readFileSync(large).subarray(0, 4_000_000));
  return cut;
}

describe('a reading process', () => {
  it('is started when it is needed, and ends when nobody needs it any more', async () => {
    start({ idleMs: 100 });
    expect(viewer.pids).toEqual([]);
    await asked(viewer, FIRST);
    await expect.poll(() => viewer.pids).toEqual([]);
    expect(Object.fromEntries(viewer.ends)).toMatchObject({ idle: 1 });
    expect(await askedJson(viewer, FIRST)).toBe(1);
  });

  it('comes after all others where processor or memory are short', async () => {
    const pid = await warm();
    expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('1000\n');
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    expect(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])).toBeGreaterThan(0);
  });

  it('may be killed: the call that it was at fails, and the next one has another', async () => {
    const pid = await warm();
    process.kill(pid, 'SIGSTOP');
    const call = asked(viewer, FIRST);
    const waiting = asked(viewer, FIRST);
    process.kill(pid, 'SIGKILL');
    await expect(call).rejects.toMatchObject({ code: 'reading_ended', retryAfter: 5 });
    expect((await waiting).text).toBe('1');
    expect(Object.fromEntries(viewer.ends)).toMatchObject({ died: 1 });
  });

  it('that hangs is ended', async () => {
    const pid = await warm({ stepMs: 1500 });
    process.kill(pid, 'SIGSTOP');
    await expect(asked(viewer, FIRST)).rejects.toMatchObject({ code: 'reading_timed_out' });
    await viewer.close();
    start();
    expect(await askedJson(viewer, FIRST)).toBe(1);
  });

  it('that is busy with a file for ever is ended', async () => {
    await warm({ stepMs: 1500 });
    const busy = asked(viewer, { what: 'attr', file: poisoned, path: '/' });
    await expect(busy).rejects.toMatchObject({ code: 'reading_timed_out', retryAfter: 10 });
    expect(await askedJson(viewer, FIRST)).toBe(1);
  });

  it('that takes too much memory is ended', async () => {
    const pid = await warm();
    await viewer.close();
    expect(pid).toBeGreaterThan(0);
    start({ memory: 1 });
    // Busy for as long as it takes until somebody looks at its memory.
    const reply = asked(viewer, { what: 'attr', file: poisoned, path: '/' });
    await expect(reply).rejects.toMatchObject({ code: 'reading_ended' });
    expect(Object.fromEntries(viewer.ends)).toMatchObject({ memory: 1 });
  });

  it('finishes the replies of others when HDF5 has failed at a damaged file', async () => {
    start();
    const slow = await Promise.all([1, 2].map(() => viewer.view(ALL, NOBODY_LEAVES)));
    const pids = viewer.pids;
    const first = await slow[0].next();
    const damaged = cutFile();
    const codes = await Promise.all(
      Array.from({ length: 10 }, () =>
        asked(viewer, dataCall(damaged, '/values')).catch(({ code }: { code: string }) => code),
      ),
    );
    expect(new Set(codes)).toEqual(new Set(['damaged_file']));
    expect(viewer.pids).toEqual(expect.arrayContaining(pids));
    let bytes = first!.length;
    for (let piece = await slow[0].next(); piece; piece = await slow[0].next()) {
      bytes += piece.length;
    }
    expect(bytes).toBe(8_000_000);
    slow[1].drop();
    await expect.poll(() => viewer.pids.filter((pid) => pids.includes(pid))).toEqual([]);
    expect(Object.fromEntries(viewer.ends)).toMatchObject({ died: 0, time: 0, memory: 0 });
  });

  it('is not started beyond those that may finish; calls wait, and not for ever', async () => {
    start({ processes: 1, finishing: 1, firstByteMs: 2000 });
    const damaged = cutFile();
    const slow: ViewReply[] = [];
    for (let i = 0; i < 2; i++) {
      slow.push(await viewer.view(ALL, NOBODY_LEAVES));
      const spending = asked(viewer, dataCall(damaged, '/values'));
      await expect(spending).rejects.toMatchObject({
        code: i === 0 ? 'damaged_file' : 'viewer_busy',
      });
    }
    expect(viewer.pids).toHaveLength(2);
    const waiting = asked(viewer, FIRST);
    slow[0].drop();
    expect((await waiting).text).toBe('1');
    slow[1].drop();
  });

  it('keeps no descriptor of what it has read, nor of what is given up or fails', async () => {
    const pid = await warm();
    const before = descriptors(pid);
    for (let i = 0; i < 20; i++) {
      await asked(viewer, FIRST);
      const reply = await viewer.view(ALL, NOBODY_LEAVES);
      reply.drop();
      await asked(viewer, dataCall(file, '/none')).catch(() => 'is not there');
      await asked(viewer, dataCall('none.h5', '/')).catch(() => 'is not there');
      await asked(viewer, dataCall('..', '/')).catch(() => 'is not served');
    }
    await asked(viewer, FIRST);
    expect({ pids: viewer.pids, open: descriptors(pid) }).toEqual({ pids: [pid], open: before });
  });
});

describe('calls', () => {
  it('are refused where thousands come at once, and the others are answered', async () => {
    start();
    const results = await Promise.allSettled(
      Array.from({ length: 2000 }, () => asked(viewer, FIRST)),
    );
    const answered = results.filter(({ status }) => status === 'fulfilled');
    const refused = results.filter(
      (result) => result.status === 'rejected' && result.reason.code === 'viewer_busy',
    );
    expect(answered.length).toBeGreaterThanOrEqual(VIEWER_LIMITS.waiting);
    expect(answered.length + refused.length).toBe(2000);
    expect([viewer.callsWaiting, viewer.repliesUnderWay]).toEqual([0, 0]);
    expect(viewer.processesStarted).toBe(VIEWER_LIMITS.processes);
  });

  it('are answered while others read slowly, and give up their place when they end', async () => {
    start({ processes: 1, repliesEach: 2, waiting: 1 });
    const slow = await viewer.view(ALL, NOBODY_LEAVES);
    expect(await askedJson(viewer, FIRST)).toBe(1);
    const other = await viewer.view(ALL, NOBODY_LEAVES);
    const gone = new AbortController();
    const given = viewer.view(FIRST, gone.signal);
    await expect(asked(viewer, FIRST)).rejects.toMatchObject({ code: 'viewer_busy' });
    gone.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    const waiting = asked(viewer, FIRST);
    slow.drop();
    expect((await waiting).text).toBe('1');
    other.drop();
    other.drop();
    expect(viewer.repliesUnderWay).toBe(0);
  });

  it('are given up when their first byte takes too long, and harm nobody', async () => {
    start({ processes: 1, firstByteMs: 300 });
    const { ends } = viewer;
    await asked(viewer, FIRST);
    const call = { what: 'stats', file: endless, path: '/values' } as const;
    await expect(asked(viewer, call)).rejects.toMatchObject({
      code: 'too_much_work',
      message: expect.stringContaining('took over 0.3 s'),
    });
    expect(await askedJson(viewer, FIRST)).toBe(1);
    expect({ ...Object.fromEntries(ends), replies: viewer.repliesUnderWay }).toMatchObject({
      time: 0,
      replies: 0,
    });
  });

  it('are refused where the reply would be endless', async () => {
    start();
    for (const format of ['json', 'bin', 'npy', 'csv'] as const) {
      await expect(asked(viewer, dataCall(endless, '/values', { format }))).rejects.toMatchObject({
        code: 'bad_question',
        message: expect.stringContaining('Select less'),
      });
    }
    const few = dataCall(endless, '/values', { selection: '-2:' });
    expect(await askedJson(viewer, few)).toEqual([0, 0]);
  });

  it('fail when the service ends', async () => {
    start({ processes: 1, repliesEach: 1 });
    await viewer.view(ALL, NOBODY_LEAVES);
    const waiting = asked(viewer, FIRST).catch((error: unknown) => error);
    await viewer.close();
    expect(await waiting).toMatchObject({ code: 'reading_ended' });
    await expect(asked(viewer, FIRST)).rejects.toMatchObject({ code: 'reading_ended' });
  });
});

describe('damaged files', () => {
  const CODES = [
    'damaged_file',
    'not_hdf5',
    'not_in_file',
    'not_readable_here',
    'bad_question',
    'file_unreadable',
    'link_unresolved',
  ];

  // Every place once in the superblock and in the headers, where most of the trouble is.
  it.each([0, 197, 394, 591, 788, 985])(
    'are errors, and harm no file that is read after them (at byte %i)',
    async (at) => {
      start({ stepMs: 5000 });
      const bytes = readFileSync(file);
      const damaged = join(folder, 'damaged.h5');
      const copy = Buffer.from(bytes);
      copy[at] ^= 0xff;
      writeFileSync(damaged, at % 3 === 0 ? copy.subarray(0, bytes.length - 1 - at) : copy);
      for (const call of [
        { what: 'meta', file: damaged, path: '/', links: 'only_valid' } as const,
        dataCall(damaged, '/values'),
      ]) {
        const result = await asked(viewer, call).catch((error: { code: string }) => error.code);
        if (typeof result === 'string') expect([...CODES, 'reading_ended']).toContain(result);
      }
      expect(await askedJson(viewer, dataCall(file, '/values'))).toEqual([1, 2, 3, 4]);
      expect(viewer.repliesUnderWay).toBe(0);
    },
  );

  it('say that they are', async () => {
    start();
    await expect(asked(viewer, dataCall(cutFile(), '/values'))).rejects.toMatchObject({
      code: 'damaged_file',
      message: expect.stringContaining('truncated'),
    });
  });
});
