import { constants, closeSync, fstatSync, openSync } from 'node:fs';
import { Spool } from '../../rows/spool.js';
import { Hdf5File } from '../hdf5-file.js';
import { Hdf5Failure } from '../library/hdf5-failure.js';
import type { Hdf5Library } from '../library/hdf5-library.js';
import type { HandedFileOptions, MadeFile } from './messages.js';
import { RecordReader } from './record-reader.js';

/** A file that is written in this thread from what another thread's records say. */
export class TakenFile {
  readonly records: RecordReader;

  /** @param fd of the file, which is empty; closed with it. @throws Hdf5Failure; there is no file then */
  static create(library: Hdf5Library, options: HandedFileOptions, fd: number): TakenFile {
    const { format } = options;
    const spool =
      format === 'compact' ? undefined : new Spool(format.extended.path, format.extended.memory);
    const own = { ...options, format: spool ? { extended: spool } : 'compact', fd } as const;
    return new TakenFile(Hdf5File.create(library, own), spool);
  }

  private constructor(
    readonly file: Hdf5File,
    private readonly spool: Spool | undefined,
  ) {
    this.records = new RecordReader(file);
  }

  /** Bytes that wait to get into it. */
  get waitingBytes(): number {
    return this.spool?.size ?? 0;
  }
}

/**
 * Opens a file that another thread has made: the engine closes what that one has opened when it ends, and
 * the number is another file's then.
 *
 * @throws Hdf5Failure also when there is another one by now
 */
export function openMade(path: string, { dev, ino }: MadeFile): number {
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
    const found = fstatSync(fd, { bigint: true });
    if (found.ino === ino && found.dev === dev) return fd;
    closeSync(fd);
    const message = 'it was moved away before it was written';
    throw Object.assign(new Error(message), { code: 'ENOENT', syscall: 'open', path });
  } catch (error) {
    throw Hdf5Failure.ofSystem(path, error);
  }
}
