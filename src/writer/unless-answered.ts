import { errorText } from '../logging/error-text.js';
import type { HeldRequest } from './held-request.js';
import type { Housekeeping } from './housekeeping.js';
import type { JobOutcome } from './job/job.js';
import type { ThreadPool } from './threads/thread-pool.js';

/**
 * The outcome of a failure: no failure where the file of the request or of a newer one is there. Looked
 * at in a thread, as HDF5 is, and only if there is a file.
 */
export async function unlessAnswered(
  failed: JobOutcome,
  { identity, parsed, leftAs, isSentAgain, outputFile: named }: HeldRequest,
  housekeeping: Housekeeping,
  threads: ThreadPool,
): Promise<JobOutcome> {
  if (named === undefined || !isSentAgain) return failed;
  try {
    const outputFile = await housekeeping.existing(named);
    if (outputFile === undefined) return failed;
    return await threads.look({
      outputFile,
      asked: { ...identity, channels: parsed?.channels },
      leftAs,
      failed,
    });
  } catch (error) {
    const warning = `${named} could not be looked at: ${errorText(error)}`;
    return { ...failed, warnings: [...failed.warnings, warning] };
  }
}
