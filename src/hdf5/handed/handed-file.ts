import { closeSync, fstatSync, openSync, rmSync } from 'node:fs';
import { SharedCopies } from '../../concurrency/shared-copies.js';
import type { SharedGarbage } from '../../concurrency/shared-garbage.js';
import { type ChannelHeader, elementsPerValue, type PackedBlock } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import { ChannelBook } from '../layout/channel-book.js';
import type { ChannelEnding } from '../layout/channel-ending.js';
import { Hdf5Failure } from '../library/hdf5-failure.js';
import type { Hdf5Library } from '../library/hdf5-library.js';
import type { Attributes } from '../library/attributes.js';
import { type LentBlock, lentPacked, lentRows } from './lent-block.js';
import type { HandedFileOptions } from './messages.js';
import type { Partner } from './partner.js';
import type { RecordReader } from './record-reader.js';
import { RecordWriter } from './record-writer.js';
import { TakenFile } from './taken-file.js';

/**
 * A buffer is handed over when this part of it is used and another is free: there is enough to do, and little left
 * at the end.
 */
const ENOUGH = 1 / 4;
/** Or after this time, ms: where rows come slowly, a file is written while there is waiting for more of them. */
const LONG_ENOUGH = 30;

/** What a thread's files are made with. */
export interface HandedFileTools {
  readonly library: Hdf5Library;
  /** Written before it is known who writes the file; a partner's are these. */
  readonly buffers: readonly SharedArrayBuffer[];
  /** One that is ready; undefined where there is none. */
  readonly partner: () => Partner | undefined;
  /** What was lent and is not needed any more. */
  readonly garbage: SharedGarbage;
}

/** Something that is said of the rows, whoever writes them. */
interface Statement {
  /** @returns whether there was room */
  readonly record: (writer: RecordWriter) => boolean;
  readonly direct: (records: RecordReader) => void;
  /** For what finds no room in an empty buffer. */
  readonly lent?: () => LentBlock;
}

/**
 * A file whose rows are first gathered in a buffer, then written by the partner of this thread; or by this
 * thread itself, where all of them fit, or no partner is ready.
 *
 * Whatever concerns a channel is told at once. A failure of the file is thrown by the next call after it is
 * known, at the latest by `finish`; `abort` is what is left to do then.
 */
export class HandedFile implements RowSink {
  private readonly book: ChannelBook;
  private readonly copies = new SharedCopies();
  /** Keeps the file, until this thread has it to itself. */
  private fd: number | undefined;
  /** The buffer that is being filled; undefined after it was handed over, and where there is none. */
  private writer: RecordWriter | undefined;
  private index = 0;
  /** When the buffer got its first record, `performance.now()`. */
  private begunAt = 0;
  private own: TakenFile | undefined;
  private partner: Partner | undefined;
  private hasPacked = false;

  /** Makes the file, empty. @throws Hdf5Failure also when something exists at the path */
  static create(tools: HandedFileTools, options: HandedFileOptions): HandedFile {
    let fd: number;
    try {
      fd = openSync(options.path, 'wx+');
    } catch (error) {
      throw Hdf5Failure.ofSystem(options.path, error);
    }
    return new HandedFile(tools, options, fd);
  }

  private constructor(
    private readonly tools: HandedFileTools,
    private readonly options: HandedFileOptions,
    fd: number,
  ) {
    const { format, packed = true } = options;
    const packs = packed && tools.library.packedChunks !== undefined;
    this.book = new ChannelBook(format === 'compact' ? format : 'extended', packs);
    this.fd = fd;
    this.writer = new RecordWriter(tools.buffers[0], this.copies);
  }

  /** Bytes that wait to get into the file, so far as they are not on their way to its thread. */
  get waitingBytes(): number {
    if (this.own) return this.own.waitingBytes;
    return this.partner ? this.partner.buffers.waitingBytes : (this.writer?.used ?? 0);
  }

  /** @throws ChannelFailure, ChannelGoesOn, and what is wrong with the file */
  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows {
    this.partner?.throwIfFailed();
    const { channel } = this.book.open(header, options?.packed);
    const elements = elementsPerValue(header.shape);
    const { isPacked } = channel;
    this.hasPacked ||= isPacked;
    this.say({
      record: (writer) => writer.open(header, isPacked),
      direct: (records) => records.open(header, isPacked),
    });
    return {
      append: (block) => {
        channel.count += block.rows;
        this.say({
          record: (writer) => writer.rows(block, header),
          direct: (records) => records.append(block),
          lent: () => lentRows(block, elements),
        });
      },
      ...(isPacked && {
        appendPacked: (block: PackedBlock) => {
          channel.count += block.rows;
          this.say({
            record: (writer) => writer.packed(block),
            direct: (records) => records.append(block),
            lent: () => lentPacked(block),
          });
        },
      }),
      close: (more = 0) => {
        if (channel.isClosed) return;
        this.book.close(channel, more);
        this.say({
          record: (writer) => writer.close(more),
          direct: (records) => records.close(more),
        });
      },
    };
  }

  headerOf(channel: string): ChannelHeader | undefined {
    return this.book.headerOf(channel);
  }

  /** As `Hdf5File.finish`. */
  async finish(
    attributes: Attributes = {},
    endings: ReadonlyMap<string, ChannelEnding> = new Map(),
    moved: () => void = () => undefined,
  ): Promise<void> {
    this.book.refuseWhileOpen();
    const { partner } = this;
    if (partner) {
      if (this.writer) this.handOver(partner, this.writer);
      await partner.finish(attributes, endings, moved);
      this.closeDescriptor();
    } else {
      const { file } = this.own ?? this.write();
      file.finish(attributes, endings, moved);
    }
  }

  /** Closes and removes the file, in whatever state it is. */
  async abort(): Promise<void> {
    try {
      this.own?.file.abort();
      await this.partner?.abort();
    } finally {
      this.partner = undefined;
      this.closeDescriptor();
      rmSync(this.options.path, { force: true });
    }
  }

  private say(statement: Statement): void {
    const { record, direct, lent } = statement;
    if (!this.own && !this.writer?.used) this.begunAt = performance.now();
    if (!this.own && !record(this.writable())) {
      this.passOn();
      if (!this.own && !record(this.writable())) return this.lend(lent!());
    }
    if (this.own) direct(this.own.records);
    else if (this.isWorthTheWay(this.writer!) && this.isNextFree) this.passOn();
  }

  private isWorthTheWay({ used, size }: RecordWriter): boolean {
    return used >= ENOUGH * size || performance.now() - this.begunAt >= LONG_ENOUGH;
  }

  private get nextIndex(): number {
    return (this.index + 1) % this.tools.buffers.length;
  }

  /** Where the partner has all others to empty, this one is filled further: better than to wait. */
  private get isNextFree(): boolean {
    return this.partner?.buffers.isFree(this.nextIndex) ?? true;
  }

  /** The buffer to be filled. Waits until there is one. @throws what is wrong with the file */
  private writable(): RecordWriter {
    if (this.writer) return this.writer;
    const { buffers } = this.partner!;
    this.index = this.nextIndex;
    buffers.waitUntilFree(this.index);
    this.partner!.throwIfFailed();
    return (this.writer = new RecordWriter(buffers.buffer(this.index), this.copies));
  }

  /** The buffer is full: from the first one on it is known who writes the file. */
  private passOn(): void {
    if (!this.partner) {
      // Packed values are moved, no more: to hand them over would be as much work again.
      const partner = this.hasPacked ? undefined : this.tools.partner();
      if (!partner) return void this.write();
      const { dev, ino } = fstatSync(this.fd!, { bigint: true });
      this.partner = partner;
      partner.create(this.options, { dev, ino });
    }
    this.handOver(this.partner, this.writer!);
  }

  private handOver(partner: Partner, { used }: RecordWriter): void {
    if (used === 0) return;
    partner.handOver(this.index, used);
    this.writer = undefined;
  }

  private lend({ block, copied }: LentBlock): void {
    this.partner!.lend(block, copied);
    this.tools.garbage.add(copied);
  }

  /** Writes what was gathered, in this thread, as all that follows. */
  private write(): TakenFile {
    const { fd, writer } = this;
    this.fd = undefined;
    this.writer = undefined;
    this.own = TakenFile.create(this.tools.library, this.options, fd!);
    this.own.records.read(this.tools.buffers[0], writer!.used);
    return this.own;
  }

  private closeDescriptor(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }
}
