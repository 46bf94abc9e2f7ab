import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { Hdf5Library } from '../hdf5/library/hdf5-library.js';
import {
  poison,
  writeSmallFile as writeFileWithTexts,
} from '../hdf5/read/thread/poisoned-file.fixture.js';
import { askedJson, dataCall } from './asked.fixture.js';
import { FileViewer } from './file-viewer.js';
import { VIEWER_LIMITS, type ViewerLimits } from './limits.js';
import { writeEndlessFile, writeSmallFile } from './small-file.fixture.js';

export const NOBODY_LEAVES = new AbortController().signal;

/** Files of all kinds, and viewers of them, which end after each test. Call it once in a spec. */
export function viewedFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
  const file = join(folder, 'a.h5');
  const large = join(folder, 'large.h5');
  const endless = join(folder, 'endless.h5');
  /** Its attributes keep HDF5 busy for ever. */
  const poisoned = join(folder, 'poisoned.h5');
  const FIRST = dataCall(file, '/values', { selection: '0' });
  const ALL = dataCall(large, '/values', { format: 'bin' });
  const viewers: FileViewer[] = [];

  beforeAll(async () => {
    await writeSmallFile(file, 1);
    await writeSmallFile(large, 0, 1_000_000);
    await writeEndlessFile(endless);
    writeFileWithTexts(await Hdf5Library.load(), poisoned);
    poison(poisoned);
  });

  afterEach(async () => {
    for (const viewer of viewers.splice(0)) await viewer.close();
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function start(limits: Partial<ViewerLimits> = {}): FileViewer {
    const viewer = new FileViewer(
      { folders: [folder], reserved: [] },
      { ...VIEWER_LIMITS, ...limits },
    );
    viewers.push(viewer);
    return viewer;
  }

  /** A viewer whose only process has read. */
  async function warm(limits: Partial<ViewerLimits> = {}): Promise<FileViewer> {
    const viewer = start({ processes: 1, ...limits });
    expect(await askedJson(viewer, FIRST)).toBe(1);
    expect(viewer.pids).toHaveLength(1);
    return viewer;
  }

  function cutFile(): string {
    const cut = join(folder, 'cut.h5');
    writeFileSync(cut, readFileSync(large).subarray(0, 4_000_000));
    return cut;
  }

  return { folder, file, endless, poisoned, FIRST, ALL, start, warm, cutFile };
}
