import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { download } from '../../databuffer/http/download.js';
import { ReplyReader } from '../../databuffer/json/reply-reader.js';
import type { HandedFile } from '../../hdf5/handed/handed-file.js';
import { Spool } from '../../rows/spool.js';
import { folderAt } from '../error-files/durable-files.js';
import { FileSystemFailure } from '../errors.js';
import type { JobTools } from '../job/job-tools.js';
import { sampleReply, smallSampleReply } from './sample-reply.js';

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
  await writeSample(tools, folder, wanted, smallSampleReply(), (file) => file.finish());
  // What is left to do of the large one would take the disk's time.
  await writeSample(tools, folder, wanted, sampleReply());
  return problem && `${problem.message}: files are tried out in ${folder}`;
}

async function writeSample(
  tools: JobTools,
  place: string,
  wanted: () => boolean,
  reply: Iterable<Uint8Array>,
  end: (file: HandedFile) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  if (wanted()) return;
  const id = randomUUID();
  const folder = folderAt(place);
  const temporary = tools.temporaryFiles.open(id, folder, 'warm-up');
  const path = folder.at(temporary.name);
  const spool = new Spool(folder.at(`.warm-up.${id}.spool`), tools.spillBuffer);
  try {
    const general = { created: '', instrument: '', process: '', user: '' };
    const options = { path, general, format: 'compact' } as const;
    const file = tools.files.create(options);
    try {
      const reader = new ReplyReader(
        { expected: { channels: [] }, spool, memory: tools.memory },
        file,
      );
      await downloadSample(tools, wanted, reply, (chunk) => reader.push(chunk));
      if (!wanted()) await end(file);
    } finally {
      await file.abort();
    }
  } finally {
    spool.close();
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

async function downloadSample(
  { connections }: JobTools,
  wanted: () => boolean,
  reply: Iterable<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  function* pieces(): Generator<Uint8Array> {
    for (const piece of reply) {
      if (wanted()) return;
      yield piece;
    }
  }
  const server = createServer((_request, response) => {
    Readable.from(pieces()).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await download({ url: `http://127.0.0.1:${port}/query`, body: '{}', connections }, take);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
