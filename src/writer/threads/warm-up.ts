import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { download } from '../../databuffer/download.js';
import { ReplyReader } from '../../databuffer/json/reply-reader.js';
import { Hdf5File } from '../../hdf5/hdf5-file.js';
import { Spool } from '../../rows/spool.js';
import { folderAt } from '../durable-files.js';
import type { JobTools } from '../job/job-tools.js';
import { sampleReply } from './sample-reply.js';

/**
 * Downloads a made-up reply from this very thread and writes it into a file that is thrown away, so
 * that the engine has optimized the code by the time that the first job comes: a job in a fresh thread
 * takes twice as long.
 *
 * It stops when there is something to do.
 *
 * @param wanted tells whether a job waits for the thread
 * @throws FileSystemFailure, Hdf5Failure where no file can be written in the state folder;
 *   DataSourceError where nothing can be served on 127.0.0.1
 */
export async function warmUp(tools: JobTools, wanted: () => boolean): Promise<void> {
  if (wanted()) return;
  const { stateDirectory } = tools.options;
  const id = randomUUID();
  const folder = folderAt(stateDirectory);
  const temporary = tools.temporaryFiles.open(id, folder, 'warm-up');
  const path = folder.at(temporary.name);
  const spool = new Spool(folder.at(`.warm-up.${id}.spool`), tools.waitingRoom);
  try {
    const general = { created: '', instrument: '', process: '', user: '' };
    const options = { path, general, format: 'compact' } as const;
    const file = Hdf5File.create(tools.library, options);
    try {
      const reader = new ReplyReader(
        { expected: { channels: [] }, spool, kernel: tools.kernel },
        file,
      );
      await downloadSample(tools, wanted, (chunk) => reader.push(chunk));
    } finally {
      file.abort();
    }
  } finally {
    spool.close();
    tools.temporaryFiles.close(id, folder, temporary);
    folder.close();
  }
}

async function downloadSample(
  { connections }: JobTools,
  wanted: () => boolean,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  function* pieces(): Generator<Uint8Array> {
    for (const piece of sampleReply()) {
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
