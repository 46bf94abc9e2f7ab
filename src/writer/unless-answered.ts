import { statSync } from 'node:fs';
import { errorText } from '../logging/error-text.js';
import type { OutputRoots } from '../output/output-roots.js';
import { OutputFileRefused } from '../request/errors.js';
import { type ParsedWriteRequest, outputFileOf } from '../request/parse-write-request.js';
import { identityOf } from '../request/request-order.js';
import type { WriteRequest } from '../request/write-request.js';
import { maySendAgain } from './held-request.js';
import type { JobOutcome } from './job/job.js';
import type { ThreadPool } from './threads/thread-pool.js';

/**
 * What a failure comes to: to nothing, where the file of the request or of a newer one is there. Looked
 * at in a thread, as HDF5 is, and only if there is a file.
 *
 * @param parsed undefined where the request could not be understood
 */
export async function unlessAnswered(
  failed: JobOutcome,
  request: WriteRequest,
  parsed: ParsedWriteRequest | undefined,
  roots: OutputRoots,
  threads: ThreadPool,
): Promise<JobOutcome> {
  const named = outputFileOf(request);
  if (named === undefined || !maySendAgain(request)) return failed;
  try {
    const outputFile = roots.resolve(named);
    if (!statSync(outputFile, { throwIfNoEntry: false })?.isFile()) return failed;
    return await threads.look({
      outputFile,
      asked: { ...identityOf(request), channels: parsed?.channels },
      failed,
    });
  } catch (error) {
    if (error instanceof OutputFileRefused) return failed;
    const warning = `${named} could not be looked at: ${errorText(error)}`;
    return { ...failed, warnings: [...failed.warnings, warning] };
  }
}
