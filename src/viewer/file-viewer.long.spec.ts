import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asked, askedJson, dataCall } from './asked.fixture.js';
import type { ViewReply } from './file-viewer.js';
import { NOBODY_LEAVES, viewedFiles } from './viewed-files.fixture.js';

const { folder, file, poisoned, FIRST, ALL, start, warm, cutFile } = viewedFiles();

describe('a reading process', () => {
  it('that hangs is ended', async () => {
    const viewer = await warm({ stepMs: 1500 });
    const [pid] = viewer.pids;
    process.kill(pid, 'SIGSTOP');
    await expect(asked(viewer, FIRST)).rejects.toMatchObject({ code: 'reading_timed_out' });
    await viewer.close();
    expect(await askedJson(start(), FIRST)).toBe(1);
  });

  it('that is busy with a file for ever is ended', async () => {
    const viewer = await warm({ stepMs: 1500 });
    const busy = asked(viewer, { what: 'attr', file: poisoned, path: '/' });
    await expect(busy).rejects.toMatchObject({ code: 'reading_timed_out', retryAfter: 10 });
    expect(await askedJson(viewer, FIRST)).toBe(1);
  });

  it('that takes too much memory is ended', async () => {
    const viewer = start({ memory: 1 });
    // Busy for as long as it takes until somebody looks at its memory.
    const reply = asked(viewer, { what: 'attr', file: poisoned, path: '/' });
    await expect(reply).rejects.toMatchObject({ code: 'reading_ended' });
    expect(Object.fromEntries(viewer.ends)).toMatchObject({ memory: 1 });
  });

  it('finishes the replies of others when HDF5 has failed at a damaged file', async () => {
    const viewer = start();
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
    const viewer = start({ processes: 1, finishing: 1, firstByteMs: 2000 });
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
      const viewer = start({ stepMs: 5000 });
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
});
