import { errorText } from '../../logging/error-text.js';
import type { OutputPlace } from '../../filesystem/output-roots.js';
import { isNewer } from '../../request/request-order.js';
import { placeOf } from '../error-files/durable-files.js';
import { channelsOnDisk } from './channels-on-disk.js';
import { FileLook } from './file-there.js';
import type { JobTools } from './job-tools.js';
import type { AskedFor, JobOutcome, OutputLookup } from './job.js';

/**
 * The file that already exists under the output name of a request that may have been sent before: its
 * own file, and what is in that; or the file of a newer request.
 */
export type AnswerOnDisk =
  | ({ readonly state: 'written' } & Pick<JobOutcome, 'channels' | 'notRequested' | 'rows'>)
  | { readonly state: 'superseded' };

/**
 * Whether the file under the output file's name answers a request.
 *
 * Newer is what was recorded later, see {@link isNewer}; of two that can't be told apart, what comes
 * later, as a broker sends requests for one file in their order. A file that is damaged, or does not
 * say which request it is of, does not answer it.
 *
 * @throws FileUnreadable
 */
export async function findExistingOutput(
  look: FileLook,
  asked: AskedFor,
): Promise<AnswerOnDisk | undefined> {
  const there = await look.now();
  if (!there || there.damaged !== undefined) return undefined;
  if (there.of.id !== undefined && there.of.id === asked.id) return contentsOf(look, asked);
  return isNewer(there.of, asked, Date.now() / 1000) ? { state: 'superseded' } : undefined;
}

/** The outcome of a failure in view of the disk: no failure where a file answers the request. */
export async function lookOnDisk(
  { outputFile, asked, leftAs, failed }: OutputLookup,
  { reader, roots, failed: failedFolder }: Pick<JobTools, 'reader' | 'roots' | 'failed'>,
): Promise<JobOutcome> {
  let place: OutputPlace | undefined;
  try {
    place = placeOf(roots, outputFile);
    const { folder, name } = place;
    const answer = await findExistingOutput(new FileLook(reader, folder.at(name)), asked);
    if (!answer) return failed;
    const warnings = [...failed.warnings, ...failedFolder.forget(leftAs, asked.replayOf)];
    return { ...failed, ...answer, outputFile, failure: undefined, warnings };
  } catch (error) {
    const reason = place ? place.folder.named(errorText(error)) : errorText(error);
    const warning = `${outputFile} could not be looked at: ${reason}`;
    return { ...failed, warnings: [...failed.warnings, warning] };
  } finally {
    place?.folder.close();
  }
}

async function contentsOf(
  look: FileLook,
  { channels: requested = [] }: AskedFor,
): Promise<AnswerOnDisk | undefined> {
  const contents = await look.contents();
  if (!contents) return undefined;
  const channels = channelsOnDisk(contents);
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
