import { statSync } from 'node:fs';
import { readContents } from '../../hdf5/file-contents.js';
import { Hdf5Failure } from '../../hdf5/hdf5-failure.js';
import type { Hdf5Library } from '../../hdf5/hdf5-library.js';
import { readRootAttributes } from '../../hdf5/read-file.js';
import { identityOfFile, isNewer } from '../../request/request-order.js';
import { channelsOnDisk } from './channels-on-disk.js';
import type { AskedFor, JobOutcome, Look } from './job.js';

/**
 * What is there already under the output file of a request that a broker may have sent before: its
 * own file, and what is in that; or the file of a newer request.
 */
export type AnswerOnDisk =
  | ({ readonly state: 'written' } & Pick<JobOutcome, 'channels' | 'notRequested' | 'rows'>)
  | { readonly state: 'superseded' };

/**
 * Looks at the output file of a request.
 *
 * Newer is what was recorded later, see {@link isNewer}; of two that can't be told apart, what comes
 * later, as a broker sends requests for one file in their order. A file that can't be read, or does not
 * say which request it is of, is no answer.
 *
 * @param outputFile absolute
 */
export function answerOnDisk(
  library: Hdf5Library,
  outputFile: string,
  asked: AskedFor,
): AnswerOnDisk | undefined {
  if (!statSync(outputFile, { throwIfNoEntry: false })?.isFile()) return undefined;
  try {
    const found = identityOfFile(readRootAttributes(library, outputFile));
    if (found.id !== undefined && found.id === asked.id) {
      return contentsOf(library, outputFile, asked);
    }
    return isNewer(found, asked, Date.now() / 1000) ? { state: 'superseded' } : undefined;
  } catch (error) {
    if (error instanceof Hdf5Failure) return undefined;
    throw error;
  }
}

/** What a failure comes to in view of the disk: to nothing, where a file answers the request. */
export function lookOnDisk({ outputFile, asked, failed }: Look, library: Hdf5Library): JobOutcome {
  const answer = answerOnDisk(library, outputFile, asked);
  const needsFreshThread = library.needsFreshThread;
  return answer
    ? { ...failed, ...answer, outputFile, failure: undefined, needsFreshThread }
    : { ...failed, needsFreshThread };
}

function contentsOf(
  library: Hdf5Library,
  outputFile: string,
  { channels: requested = [] }: AskedFor,
): AnswerOnDisk {
  const channels = channelsOnDisk(readContents(library, outputFile));
  const names = new Set(requested.map(({ name }) => name));
  return {
    state: 'written',
    channels,
    notRequested: channels
      .map(({ name }) => name)
      .filter((name) => names.size > 0 && !names.has(name)),
    rows: channels.reduce((sum, { rows }) => sum + rows, 0),
  };
}
