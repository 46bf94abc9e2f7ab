import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asked, askedJson, dataCall } from './asked.fixture.js';
import { VIEWER_LIMITS } from './limits.js';
import { NOBODY_LEAVES, viewedFiles } from './viewed-files.fixture.js';

const { file, endless, FIRST, ALL, start, warm, cutFile } = viewedFiles();

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

describe('a reading process', () => {
  it('is started when it is needed, and ends when nobody needs it any more', async () => {
    const viewer = start({ idleMs: 100 });
    expect(viewer.pids).toEqual([]);
    await asked(viewer, FIRST);
    await expect.poll(() => viewer.pids).toEqual([]);
    expect(Object.fromEntries(viewer.ends)).toMatchObject({ idle: 1 });
    expect(await askedJson(viewer, FIRST)).toBe(1);
  });

  it('comes after all others where processor or memory are short', async () => {
    const viewer = await warm();
    const [pid] = viewer.pids;
    expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('1000\n');
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    expect(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])).toBeGreaterThan(0);
  });

  it('may be killed: the call that it was at fails, and the next one has another', async () => {
    const viewer = await warm();
    const [pid] = viewer.pids;
    process.kill(pid, 'SIGSTOP');
    const call = asked(viewer, FIRST);
    const waiting = asked(viewer, FIRST);
    process.kill(pid, 'SIGKILL');
    await expect(call).rejects.toMatchObject({ code: 'reading_ended', retryAfter: 5 });
    expect((await waiting).text).toBe('1');
    expect(Object.fromEntries(viewer.ends)).toMatchObject({ died: 1 });
  });

  it('keeps no descriptor of what it has read, nor of what is given up or fails', async () => {
    const viewer = await warm();
    const [pid] = viewer.pids;
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
    const viewer = start();
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
    const viewer = start({ processes: 1, repliesEach: 2, waiting: 1 });
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
    const viewer = start({ processes: 1, firstByteMs: 300 });
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
    const viewer = start();
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
    const viewer = start({ processes: 1, repliesEach: 1 });
    await viewer.view(ALL, NOBODY_LEAVES);
    const waiting = asked(viewer, FIRST).catch((error: unknown) => error);
    await viewer.close();
    expect(await waiting).toMatchObject({ code: 'reading_ended' });
    await expect(asked(viewer, FIRST)).rejects.toMatchObject({ code: 'reading_ended' });
  });
});

it('damaged files say that they are', async () => {
  const viewer = start();
  await expect(asked(viewer, dataCall(cutFile(), '/values'))).rejects.toMatchObject({
    code: 'damaged_file',
    message: expect.stringContaining('truncated'),
  });
});
