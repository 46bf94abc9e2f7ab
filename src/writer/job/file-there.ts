import { type BigIntStats, statSync } from 'node:fs';
import { DamagedFile } from '../../hdf5/read/thread/errors.js';
import type { FileReader } from '../../hdf5/read/thread/file-reader.js';
import type { FileContents } from '../../hdf5/read/file-contents.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import {
  type RequestIdentity,
  identityOfFile,
  isSameOrReplay,
} from '../../request/request-order.js';

/** A file under the name of an output file. */
export interface FileThere {
  /** The request that it says it is of; all undefined in files of the Python implementation. */
  readonly of: RequestIdentity;
  /** When it was changed last, seconds since the epoch. */
  readonly modified: number;
  /** Why nobody can use it. */
  readonly damaged?: string;
}

/** The file under the name of one output file, looked at as often as it changes. */
export class FileLook {
  private version: string | undefined;
  private known: FileThere | undefined;

  constructor(
    private readonly reader: FileReader,
    /** Absolute. */
    readonly path: string,
  ) {}

  /** Undefined without a file. @throws FileUnreadable */
  async now(): Promise<FileThere | undefined> {
    const stats = statSync(this.path, { throwIfNoEntry: false, bigint: true });
    if (!stats?.isFile()) return undefined;
    const version = versionOf(stats);
    if (version !== this.version) {
      this.known = await this.look(Number(stats.mtimeMs) / 1000);
      this.version = version;
    }
    return this.known;
  }

  /**
   * The contents of the file that was looked at last; undefined where it turns out to be damaged.
   *
   * @param channels these alone, all where it is left out
   * @throws FileUnreadable
   */
  async contents(channels?: readonly string[]): Promise<FileContents | undefined> {
    try {
      return await this.reader.read(this.path, channels);
    } catch (error) {
      if (!(error instanceof DamagedFile) || !this.known) throw error;
      this.known = { ...this.known, damaged: error.reason };
      return undefined;
    }
  }

  private async look(modified: number): Promise<FileThere> {
    try {
      const { attributes } = await this.reader.read(this.path, []);
      return { of: identityOfFile(attributes), modified };
    } catch (error) {
      if (error instanceof DamagedFile) return { of: {}, modified, damaged: error.reason };
      throw error;
    }
  }
}

/**
 * Whether a file has the data of the same acquisition as a request: it is of the request itself, of the
 * one that this acquires again, or of one that acquires either again.
 *
 * Requests and files without an id are known by the time at which the request was made. A file without
 * either is the request's if it was changed since.
 */
export function isOfSameRequest({ of, modified }: FileThere, request: ParsedWriteRequest): boolean {
  const { key, replayOf, timestamp, replayOfTimestamp } = request;
  if (isSameOrReplay(of, request) || isSameOrReplay(of, { ...request, id: key })) return true;
  if (of.id !== undefined) return false;
  if (of.timestamp !== undefined) return of.timestamp === replayOfTimestamp;
  // A replay that does not say when its request was made may be of any file of those days.
  const made = replayOf === undefined ? timestamp : (replayOfTimestamp ?? 0);
  return modified >= made;
}

function versionOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}
