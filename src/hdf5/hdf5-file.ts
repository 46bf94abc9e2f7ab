import { rmSync } from 'node:fs';
import type { OutputLayout } from '../request/output-layout.js';
import type { ChannelHeader } from '../rows/row-block.js';
import type { ChannelRows, RowSink } from '../rows/row-sink.js';
import type { Spool } from '../rows/spool.js';
import { gzipFilter, type ChunkFilter } from './format/chunk-filter.js';
import { type BookedChannel, ChannelBook } from './layout/channel-book.js';
import type { ChannelEnding } from './layout/channel-ending.js';
import { LAYOUT_ATTRIBUTE, channelGroup } from './layout/channel-group.js';
import { CompactChannel } from './layout/compact-channel.js';
import { fixedTextDatatype } from './library/datatype.js';
import { ExtendedRows } from './extended/extended-rows.js';
import type { Hdf5Library } from './library/hdf5-library.js';
import type { FileRows } from './layout/file-rows.js';
import { isPackable } from './layout/packable.js';
import { PackedChannel } from './layout/packed-channel.js';
import { Plots } from './layout/plots.js';
import { PlotsFailed } from './library/plots-failed.js';
import type { Attributes } from './library/attributes.js';
import { OpenFile } from './library/open-file.js';
import { type EntryInformation, NexusEntry } from './nexus/nexus-entry.js';
import { PulseAxes } from './nexus/pulse-axis.js';

/**
 * `compact`: each channel has its own rows. `extended`: every channel has the union of all pulse ids;
 * rows wait in the spool until all channels are there.
 */
export type FileFormat = 'compact' | { readonly extended: Spool };

export type JsonScalar = string | number | boolean | null;

/**
 * The four datasets of `/general`, or attributes of a root that has the channels; what is not text is written as
 * JSON writes it.
 */
export interface GeneralInformation {
  readonly created: JsonScalar;
  readonly instrument: JsonScalar;
  readonly process: JsonScalar;
  readonly user: JsonScalar;
}

export type Compression = 'none' | { readonly gzip: number };

export interface Hdf5FileOptions {
  /** Where to write, usually a temporary name; nothing may exist there, but for `fd`. */
  readonly path: string;
  /** Of the file where this thread has made it already, empty; it is closed with it. */
  readonly fd?: number;
  readonly general: GeneralInformation;
  readonly format: FileFormat;
  /** Below `/data` by default. With the channels at the root there is nothing else: no `/general`, no `/entry`. */
  readonly layout?: OutputLayout;
  /** Of numeric datasets that fill a chunk; none by default. */
  readonly compression?: Compression;
  /**
   * Whether images that come compressed with bitshuffle-LZ4 are stored so, in compact files, whatever
   * the compression of other numbers; true by default. Readers need HDF5's filter 32008 for them.
   */
  readonly packed?: boolean;
  /** What `/entry` says, by which viewers plot the channels; without it there is none. */
  readonly entry?: EntryInformation;
}

interface StoredChannel {
  readonly channel: BookedChannel;
  readonly rows: FileRows;
}

/** Where viewers begin. */
const PLOTTED_ATTRIBUTES: Attributes = { NX_class: 'NXroot', default: 'entry' };

/**
 * One HDF5 file while it is being written, laid out as readers of SwissFEL files expect it.
 *
 * Synchronous, for a worker thread. Each method throws `Hdf5Failure` when the file can't be written,
 * the system's error when the spool can't be; `abort` is what is left to do then.
 */
export class Hdf5File implements RowSink {
  private readonly book: ChannelBook;
  private readonly channels = new Map<string, StoredChannel>();
  private readonly filter: ChunkFilter | undefined;
  private readonly extended: ExtendedRows | undefined;
  private readonly plots: Plots | undefined;
  private readonly entry: EntryInformation | undefined;
  private readonly layout: OutputLayout;
  private readonly rootAttributes: Attributes;

  /** Creates the file with what it has beside channels. */
  static create(library: Hdf5Library, options: Hdf5FileOptions): Hdf5File {
    const file = OpenFile.create(library, options.path, options.fd);
    try {
      return new Hdf5File(file, options);
    } catch (error) {
      remove(file);
      throw error;
    }
  }

  private constructor(
    private readonly file: OpenFile,
    {
      general,
      format,
      layout = 'data',
      compression = 'none',
      packed = true,
      entry,
    }: Hdf5FileOptions,
  ) {
    this.filter = compression === 'none' ? undefined : gzipFilter(compression.gzip);
    const packs = packed && file.library.packedChunks !== undefined;
    this.book = new ChannelBook(format === 'compact' ? format : 'extended', packs);
    if (format !== 'compact') this.extended = new ExtendedRows(format.extended);
    this.layout = layout;
    const { created, instrument, process, user } = general;
    const information = { created, instrument, process, user };
    if (layout === 'root') {
      file.putChannelsIn('/');
      this.rootAttributes = { [LAYOUT_ATTRIBUTE]: layout, ...textsOf(information) };
      return;
    }
    file.createGroup('/general');
    file.createGroup('/data');
    this.rootAttributes = entry ? PLOTTED_ATTRIBUTES : {};
    this.entry = entry;
    if (entry) this.plots = new Plots(file, this.filter);
    for (const [name, value] of Object.entries(information)) this.writeGeneral(name, value);
  }

  /**
   * @throws ChannelFailure when the name or the shape can't be stored, or the channel came before with
   *   another type or shape; ChannelGoesOn when it came before and was closed for good
   */
  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows {
    const { channel, before } = this.book.open(header, options?.packed);
    const rows = before === 'rows' ? this.channels.get(header.name)!.rows : this.begin(channel);
    this.channels.set(header.name, { channel, rows });
    return {
      append: (block) => {
        channel.count += block.rows;
        rows.append(block);
      },
      ...(rows.appendPacked && {
        appendPacked: (block) => {
          channel.count += block.rows;
          rows.appendPacked!(block);
        },
      }),
      close: (more = 0) => {
        if (channel.isClosed) return;
        this.book.close(channel, more);
        if (channel.isClosed) rows.close();
        else rows.pause(more);
      },
    };
  }

  headerOf(channel: string): ChannelHeader | undefined {
    return this.book.headerOf(channel);
  }

  /**
   * Writes what is left, closes the file and waits until it is on disk.
   *
   * @param attributes of the file's root group
   * @param endings of channels, by name; of channels that are not in the file they are ignored
   * @param moved is called each time that some of what is left was written
   * @throws PlotsFailed where only what viewers plot by is missing, and the file with it
   */
  finish(
    attributes: Attributes = {},
    endings: ReadonlyMap<string, ChannelEnding> = new Map(),
    moved: () => void = () => undefined,
  ): void {
    this.book.refuseWhileOpen();
    for (const { channel, rows } of this.channels.values()) if (!channel.isClosed) rows.close();
    for (const [name, { isLeftOut }] of endings) if (isLeftOut) this.leaveOut(name);
    this.extended?.replay((header) => this.openCompact(header), moved);
    const entry = this.makeEntry(endings, moved);
    this.file.setAttributes('/', { ...this.rootAttributes, ...attributes });
    for (const name of this.channels.keys()) {
      this.endChannel(channelGroup(this.layout, name), endings.get(name));
      moved();
    }
    this.file.close(entry && ((tail) => entry.write(tail)));
  }

  /** Closes and removes the file, in whatever state it is; may be called again. */
  abort(): void {
    this.extended?.close();
    remove(this.file);
  }

  private leaveOut(name: string): void {
    if (!this.extended) throw new Error(`${name} can't be taken out of a compact file`);
    this.extended.leaveOut(name);
    this.channels.delete(name);
  }

  private endChannel(group: string, ending: ChannelEnding = {}): void {
    const { attributes = {}, units, description } = ending;
    this.file.setAttributes(group, attributes);
    this.file.setAttributes(`${group}/data`, {
      ...(units !== undefined && { units }),
      ...(description !== undefined && { description }),
    });
  }

  /** Writes the axes of the plots. */
  private makeEntry(
    endings: ReadonlyMap<string, ChannelEnding>,
    moved: () => void,
  ): NexusEntry | undefined {
    const { plots, entry, filter } = this;
    if (!plots || !entry) return undefined;
    try {
      const axes = new PulseAxes(this.file, plots, this.extended !== undefined, filter);
      const unitsOf = (channel: string) => endings.get(channel)?.units;
      return new NexusEntry(this.file, plots, axes.write(moved), { ...entry, unitsOf }, moved);
    } catch (error) {
      throw PlotsFailed.unlessOfDisk(error);
    }
  }

  private begin({ header, isPacked }: BookedChannel): FileRows {
    if (this.extended) return this.extended.openChannel(header);
    return this.openCompact(header, isPacked);
  }

  private openCompact(header: ChannelHeader, isPacked = false): FileRows {
    const { packedChunks } = this.file.library;
    const group = channelGroup(this.layout, header.name);
    if (isPacked && packedChunks !== undefined && isPackable(header))
      return new PackedChannel(this.file, group, header, packedChunks, this.filter, this.plots);
    return new CompactChannel(this.file, group, header, this.filter, this.plots);
  }

  private writeGeneral(name: string, value: JsonScalar): void {
    const bytes = Buffer.from(textOf(value));
    const region = this.file.library.buffers.data;
    region.reserve(bytes.length);
    region.bytes()[0] = 0;
    region.bytes().set(bytes);
    this.file.createDataset(
      `/general/${name}`,
      fixedTextDatatype(bytes),
      { shape: [] },
      region.pointer,
    );
  }
}

function textOf(value: JsonScalar): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As attributes have them: a text ends at its first NUL. */
function textsOf(values: Readonly<Record<string, JsonScalar>>): Attributes {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, textOf(value).replaceAll('\0', '')]),
  );
}

function remove(file: OpenFile): void {
  try {
    file.discard();
  } finally {
    rmSync(file.path, { force: true });
  }
}
