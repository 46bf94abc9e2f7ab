import type { ChannelHeader } from '../rows/row-block.js';
import type { ChannelRows, RowSink } from '../rows/row-sink.js';
import type { Hdf5Library } from './hdf5-library.js';

/** `compact`: each channel has its own rows. `extended`: every channel has the union of all pulse ids. */
export type FileFormat = 'compact' | 'extended';

export type JsonScalar = string | number | boolean | null;

/** What an HDF5 attribute can hold here: text, a number (int64 if whole, else float64), or texts. */
export type AttributeValue = string | number | bigint | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The four datasets of `/general`; what is not text is written as JSON writes it. */
export interface GeneralInformation {
  readonly created: JsonScalar;
  readonly instrument: JsonScalar;
  readonly process: JsonScalar;
  readonly user: JsonScalar;
}

export type Compression = 'none' | { readonly gzip: number };

export interface Hdf5FileOptions {
  /** Where to write, usually a temporary name; nothing may exist there. */
  readonly path: string;
  readonly general: GeneralInformation;
  readonly format: FileFormat;
  /** A free file name for rows that have to wait (extended format only). */
  readonly spoolPath: string;
  /** Bytes of rows kept in memory before they go to the spool; 16 MiB by default. */
  readonly memoryBudget?: number;
  /** Of numeric datasets; none by default. */
  readonly compression?: Compression;
}

/**
 * One HDF5 file while it is being written, laid out as readers of SwissFEL files expect it.
 *
 * Everything is synchronous and belongs into a worker thread. Every method can throw `Hdf5Failure`.
 */
export class Hdf5File implements RowSink {
  /** Creates the file with its `/general`. @throws Hdf5Failure, also when something exists at the path */
  static create(library: Hdf5Library, options: Hdf5FileOptions): Hdf5File {
    return new Hdf5File(library, options);
  }

  private constructor(
    readonly library: Hdf5Library,
    readonly options: Hdf5FileOptions,
  ) {}

  /** @throws ChannelFailure when the name or the shape can't be stored, or the channel exists already */
  openChannel(header: ChannelHeader): ChannelRows {
    throw new Error(`not written yet: ${header.name}`);
  }

  /**
   * Writes what is left, closes the file and waits until it is on disk.
   *
   * @param attributes of the file's root group
   * @param channelAttributes of the group of a channel, by channel name; others are ignored
   */
  finish(
    attributes: Attributes = {},
    channelAttributes: ReadonlyMap<string, Attributes> = new Map(),
  ): void {
    throw new Error(`not written yet: ${Object.keys(attributes).length} ${channelAttributes.size}`);
  }

  /** Closes and removes the file, whatever state it is in; safe to call more than once and after `finish` failed. */
  abort(): void {}
}
