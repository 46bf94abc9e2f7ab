import { type Stats, existsSync, statSync } from 'node:fs';
import { readTrail } from '../../audit/read-trail.js';
import type { FileContents } from '../../hdf5/file-contents.js';
import type { Hdf5Library } from '../../hdf5/hdf5-library.js';
import { readRootAttributes } from '../../hdf5/read-file.js';
import { errorText } from '../../logging/error-text.js';
import type { ChannelCounts } from '../../rows/channel-counts.js';
import { listedIn } from '../../writer/job/file-attributes.js';
import { requestKey } from '../../request/request-key.js';

/** A complete file, and what it says of the request that it is of. */
export interface WrittenFile {
  readonly requestId?: string;
  /** Key of the request that it acquires again. */
  readonly replayOf?: string;
  /** Seconds since the epoch; undefined in files of the Python implementation. */
  readonly requestTimestamp?: number;
  /** Of its channels, as far as its attributes tell. */
  readonly counts: ChannelCounts;
  /** When it was changed last, seconds since the epoch. */
  readonly modified: number;
}

/** What lies under the name of an output file, and beside it. */
export interface OnDisk {
  readonly file?: WrittenFile;
  /** Why what is there is no complete file. */
  readonly problem?: string;
  /** The request in the `.err` file. */
  readonly failed?: { readonly path: string; readonly key: string; readonly timestamp: number };
}

/** Looks at an output file. @param path absolute */
export async function lookAt(path: string, library: Hdf5Library): Promise<OnDisk> {
  return { ...fileAt(path, library), failed: await failedAt(`${path}.err`) };
}

/**
 * Whether a request's file is there, also where its writer says nothing into it: then it is the one
 * that was written since.
 *
 * @param since seconds since the epoch
 */
export function isWritten(
  path: string,
  requestId: string,
  since: number,
  library: Hdf5Library,
): boolean {
  const { file } = fileAt(path, library);
  if (file?.requestId !== undefined) return file.requestId === requestId;
  return file !== undefined && file.modified >= since;
}

function fileAt(path: string, library: Hdf5Library): Pick<OnDisk, 'file' | 'problem'> {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return { problem: 'there is no file' };
    if (!stats.isFile()) return { problem: 'what is there is no file' };
    const attributes = readRootAttributes(library, path);
    const { request_id: id, request_timestamp: timestamp, replay_of: replayOf } = attributes;
    return {
      file: {
        requestId: typeof id === 'string' ? id : undefined,
        replayOf: typeof replayOf === 'string' ? replayOf : undefined,
        requestTimestamp: typeof timestamp === 'number' ? timestamp : undefined,
        counts: countsIn(attributes),
        modified: stats.mtimeMs / 1000,
      },
    };
  } catch (error) {
    return { problem: `the file can't be read: ${errorText(error)}` };
  }
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
    return { path, key: requestKey(line.request), timestamp: line.request.timestamp };
  }
  return undefined;
}
