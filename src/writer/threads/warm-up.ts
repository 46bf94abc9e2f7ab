import { randomUUID } from 'node:crypto';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HandedFile } from '../../hdf5/handed/handed-file.js';
import { folderAt } from '../error-files/durable-files.js';
import { FileSystemFailure } from '../errors.js';
import type { JobTools } from '../job/job-tools.js';
import { readSample, type SampleSize } from './read-sample.js';

/** More than the file and what waits for it take. */
const SAMPLE_BYTES = 32 * 1024 * 1024;

/**
 * Downloads a made-up reply from this very thread and writes it into a file that is thrown away, so
 * that the engine has optimized the code by the time that the first job comes: a job in a fresh thread
 * takes twice as long.
 *
 * This also proves that the thread can write files, a small one by itself, a large one with its partner if it
 * has one. It stops when there is something to do.
 *
 * @param wanted tells whether a job waits for the thread
 * @returns why it was not done in the state folder, if it was done elsewhere
 * @throws FileSystemFailure where no file can be made at all; Hdf5Failure; DataSourceError where
 *   nothing can be served on 127.0.0.1
 */
export async function warmUp(tools: JobTools, wanted: () => boolean): Promise<string | undefined> {
  if (wanted()) return undefined;
  const { stateDirectory, outputRoots } = tools.options;
  const { folder, problem } = folderForTrial([stateDirectory, tmpdir(), ...outputRoots]);
  await writeSample(tools, folder, wanted, 'small', (file) => file.finish());
  // What is left to do of the large one would take the disk's time.
  await writeSample(tools, folder, wanted, 'large');
  return problem && `${problem.message}: files are tried out in ${folder}`;
}

async function writeSample(
  tools: JobTools,
  place: string,
  wanted: () => boolean,
  size: SampleSize,
  end: (file: HandedFile) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  if (wanted()) return;
  const id = randomUUID();
  const folder = folderAt(place);
  const temporary = tools.temporaryFiles.open(id, folder, 'warm-up');
  const path = folder.at(temporary.name);
  const spoolPath = folder.at(`.warm-up.${id}.spool`);
  try {
    const general = { created: '', instrument: '', process: '', user: '' };
    const options = { path, general, format: 'compact' } as const;
    const file = tools.files.create(options);
    try {
      await readSample(tools, file, { size, spoolPath, wanted });
      if (!wanted()) await end(file);
    } finally {
      await file.abort();
    }
  } finally {
    tools.temporaryFiles.close(id, folder, temporary);
    folder.close();
  }
}

/** The first folder where a file can be made and has room, and what is wrong with the first of them. */
function folderForTrial(folders: readonly string[]): { folder: string; problem?: Error } {
  const problems = folders.map((folder) => problemOf(folder));
  const good = problems.indexOf(undefined);
  const [problem] = problems;
  if (good === -1) throw problem!;
  return { folder: folders[good], problem };
}

function problemOf(folder: string): FileSystemFailure | undefined {
  const path = join(folder, `.${randomUUID()}.trial`);
  try {
    try {
      writeFileSync(path, Buffer.alloc(4096), { flag: 'wx' });
    } finally {
      rmSync(path, { force: true });
    }
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= SAMPLE_BYTES) return undefined;
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    return new FileSystemFailure('write', folder, full);
  } catch (error) {
    return new FileSystemFailure('write', folder, error);
  }
}
