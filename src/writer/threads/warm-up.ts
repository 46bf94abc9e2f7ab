import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { ReplyReader } from '../../databuffer/json/reply-reader.js';
import { Hdf5File } from '../../hdf5/hdf5-file.js';
import { Spool } from '../../rows/spool.js';
import type { JobTools } from '../job/job-tools.js';
import { sampleReply } from './sample-reply.js';

/**
 * Reads a made-up reply and writes it into a file that is thrown away, so that the engine has optimized the
 * code by the time that the first job comes: a job in a fresh thread takes twice as long.
 *
 * It goes on in small steps, and stops at the next one when there is something to do.
 *
 * @param wanted tells whether a job waits for the thread
 * @throws FileSystemFailure, Hdf5Failure where no file can be written in the state folder
 */
export async function warmUp(
  { options: { stateDirectory }, temporaryFiles, library, kernel, waitingRoom }: JobTools,
  wanted: () => boolean,
): Promise<void> {
  if (wanted()) return;
  const id = randomUUID();
  const path = temporaryFiles.open(id, join(stateDirectory, 'warm-up'));
  const spool = new Spool(join(stateDirectory, `.warm-up.${id}.spool`), waitingRoom);
  try {
    const general = { created: '', instrument: '', process: '', user: '' };
    const file = Hdf5File.create(library, { path, general, format: 'compact', spoolPath: path });
    try {
      const reader = new ReplyReader({ expected: { channels: [] }, spool, kernel }, file);
      for (const piece of sampleReply()) {
        await afterEvents();
        if (wanted()) return;
        reader.push(piece);
      }
    } finally {
      file.abort();
    }
  } finally {
    spool.close();
    temporaryFiles.discard(id);
  }
}
