import { type Stats, existsSync, statSync } from 'node:fs';
import { readTrail } from '../../audit/read-trail.js';
import type { FileContents } from '../../hdf5/read/file-contents.js';
import { DamagedFile, ReadingImpossible } from '../../hdf5/read/thread/errors.js';
import type { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { errorText } from '../../logging/error-text.js';
import type { OutputLayout } from '../../request/output-layout.js';
import { type RequestIdentity, identityOf, identityOfFile } from '../../request/request-order.js';
import type { ChannelCounts } from '../../report/channel-counts.js';
import { listedIn } from '../../writer/job/file-attributes.js';
import { requestKey } from '../../request/request-key.js';

/** A complete file, and what its attributes say about its request. */
export interface OutputOnDisk {
  readonly requestId?: string;
  /** Key of the request that it acquires again. */
  readonly replayOf?: string;
  /** Seconds since the epoch; undefined in files of the Python implementation. */
  readonly requestTimestamp?: number;
  readonly identity: RequestIdentity;
  /** Of its channels, as far as its attributes tell. */
  readonly counts: ChannelCounts;
  readonly layout: OutputLayout;
  /** Whether any of its channels has a row. */
  readonly hasRows: boolean;
  /** When it was changed last, seconds since the epoch. */
  readonly modified: number;
}

/** The file under the name of an output file, and the error file beside it. */
export interface OnDisk {
  readonly file?: OutputOnDisk;
  /** Why the file is not complete. */
  readonly problem?: string;
  readonly failed?: FailedRequest;
}

/** The request in an `.err` file. */
export interface FailedRequest {
  readonly path: string;
  readonly key: string;
  /** Undefined in those of the Python implementation, which does not pass ids on. */
  readonly id: string | undefined;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly identity: RequestIdentity;
}

/** Looks at an output file. @param path absolute @throws ReadingImpossible */
export async function lookAt(path: string, reader: FileReader): Promise<OnDisk> {
  return { ...(await fileAt(path, reader)), failed: await failedAt(`${path}.err`) };
}

/**
 * A request's file, where it is there, also where its writer says nothing into it: then it is the one
 * that was written since.
 *
 * @param since seconds since the epoch
 */
export async function writtenFile(
  path: string,
  requestId: string,
  since: number,
  reader: FileReader,
): Promise<OutputOnDisk | undefined> {
  const { file } = await fileAt(path, reader);
  if (file?.requestId !== undefined) return file.requestId === requestId ? file : undefined;
  return file && file.modified >= since ? file : undefined;
}

async function fileAt(path: string, reader: FileReader): Promise<Pick<OnDisk, 'file' | 'problem'>> {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return { problem: 'there is no file' };
    if (!stats.isFile()) return { problem: 'it is not a regular file' };
    const { attributes, layout, hasRows } = await reader.head(path);
    const { request_id: id, request_timestamp: timestamp, replay_of: replayOf } = attributes;
    if (id === undefined) {
      // Other implementations write in place, and leave what they had when they fail.
      const torn = tornChannels(await reader.read(path));
      if (torn !== undefined) return { problem: `the file is not whole: ${torn}` };
    }
    return {
      file: {
        requestId: typeof id === 'string' ? id : undefined,
        replayOf: typeof replayOf === 'string' ? replayOf : undefined,
        requestTimestamp: typeof timestamp === 'number' ? timestamp : undefined,
        identity: identityOfFile(attributes),
        counts: countsIn(attributes),
        layout,
        hasRows,
        modified: stats.mtimeMs / 1000,
      },
    };
  } catch (error) {
    if (error instanceof ReadingImpossible) throw error;
    const isDamaged = error instanceof DamagedFile;
    const words = isDamaged
      ? `damaged: ${error.reason}`
      : `the file can't be read: ${errorText(error)}`;
    return { problem: words };
  }
}

/** Why channels of a file can't be read; undefined where all can be. */
function tornChannels({ channels }: FileContents): string | undefined {
  if (channels.length === 0) return 'it has no channels';
  const torn = channels.filter(({ faults }) => faults.length > 0);
  if (torn.length === 0) return undefined;
  const [{ name, faults }] = torn;
  const others = torn.length > 1 ? `, and ${torn.length - 1} more` : '';
  return `${name} ${faults.join(', ')}${others}`;
}

function countsIn(attributes: FileContents['attributes']): ChannelCounts {
  return {
    channels_missing: listedIn(attributes.missing_channels),
    channels_failed: listedIn(attributes.failed_channels),
    channels_short: listedIn(attributes.short_channels),
  };
}

async function failedAt(path: string): Promise<OnDisk['failed']> {
  if (!existsSync(path)) return undefined;
  for await (const line of readTrail(path)) {
    if (line.damaged !== undefined) continue;
    const { request_id: id, timestamp } = line.request;
    return {
      path,
      key: requestKey(line.request),
      id,
      timestamp,
      identity: identityOf(line.request),
    };
  }
  return undefined;
}
