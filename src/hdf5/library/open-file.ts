import { closeSync, fstatSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import type { ChunkFilter } from '../format/chunk-filter.js';
import { ATTRIBUTE_TYPES, type Datatype } from './datatype.js';
import { EarlyFlush } from './early-flush.js';
import { FileTail } from './file-tail.js';
import type { H5 } from './h5.js';
import { Hdf5Failure } from './hdf5-failure.js';
import { PlotsFailed } from './plots-failed.js';
import { HeadBufferedFile } from './head-buffered-file.js';
import type { Hdf5Library } from './hdf5-library.js';
import { type HeaderPatch, type MessageChange, patchHeaders } from './header-patch.js';
import { LAYOUT, MESSAGE } from '../format/object-header.js';
import type { PackedChunks } from './packed-chunks.js';
import { placeTextBlock, type TextBlock } from './placed-text-block.js';

/**
 * Text, a number (float64), a bigint (int64), or texts; more of these than an attribute can hold
 * become one text, their JSON.
 */
export type AttributeValue = string | number | bigint | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Extent of a dataset in the file; without chunks it is contiguous and keeps its size. */
export interface DatasetLayout {
  readonly shape: readonly number[];
  readonly chunks?: readonly number[];
  /** Of chunked datasets only. */
  readonly filter?: ChunkFilter;
}

/** What a dataset is beside what HDF5 makes. */
export interface DatasetChanges {
  readonly changes?: readonly MessageChange[];
  readonly textBlock?: TextBlock;
}

/** An attribute has 64 KiB, 16 bytes of them for each text. */
const MAX_TEXTS = 4000;
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

/** A file that HDF5 has open for writing: groups, datasets and attributes by path. */
export class OpenFile {
  private readonly patches: HeaderPatch[] = [];
  private isOpen = true;

  private constructor(
    readonly library: Hdf5Library,
    readonly path: string,
    private readonly id: bigint,
    /** Open since before anything was written, so its `fsync` tells every failure to write. */
    private readonly fd: number,
    private readonly bytes: HeadBufferedFile,
    private readonly earlyFlush: EarlyFlush,
  ) {}

  /**
   * @param made descriptor of the file where this thread has made it already, empty; it is closed with it
   * @throws Hdf5Failure also when something exists at the path or the folder is missing
   */
  static create(library: Hdf5Library, path: string, made?: number): OpenFile {
    let fd: number;
    try {
      fd = made ?? openSync(path, 'wx+');
    } catch (error) {
      throw Hdf5Failure.ofSystem(path, error);
    }
    try {
      // HDF5 would make a mess of it, and the thread would have to go.
      if (made !== undefined) checkName(fd, path);
      // The bounds that h5py has by default: every HDF5 since 1.0 reads such a file, and its object
      // headers are of version 1.
      const id = library.call(path, 'hdf5_write_failed', (h5) =>
        h5.open(path, h5.H5F_ACC_TRUNC, false, h5.H5F_LIBVER_EARLIEST, h5.H5F_LIBVER_V110),
      );
      const bytes = new HeadBufferedFile(fd, library.heads);
      library.call(path, 'hdf5_write_failed', (h5) => bytes.attach(h5, path));
      return new OpenFile(library, path, id, fd, bytes, new EarlyFlush(path));
    } catch (error) {
      closeSync(fd);
      rmSync(path, { force: true });
      throw error;
    }
  }

  createGroup(group: string): void {
    this.call((h5) => h5.create_group(this.id, group, false));
  }

  /**
   * Creates a dataset with the data at `pointer` in HDF5's heap (any address if it has no elements).
   *
   * @param changes what more is to be changed when the file is closed
   * @param textBlock is at the pointer, and all that there is
   * @returns where its header lies in the file, where that was asked: it is to be changed
   */
  createDataset(
    dataset: string,
    type: Datatype,
    layout: DatasetLayout,
    pointer: number,
    { changes = [], textBlock }: DatasetChanges = {},
  ): number | undefined {
    const { shape, chunks, filter } = layout;
    const wanted = [...changes];
    if (type.change) wanted.push({ message: MESSAGE.datatype, offset: 0, ...type.change });
    const address = this.call((h5) => {
      const create = () =>
        h5.create_dataset(this.id, dataset, BigInt(pointer), {
          ...type.description,
          shape: shape.map(BigInt),
          maxshape: chunks ? [UNLIMITED, ...shape.slice(1).map(BigInt)] : null,
          ...(chunks && { chunks: chunks.map(BigInt) }),
          ...(filter && { compression: filter.id, compression_opts: [...filter.options] }),
        });
      if (textBlock) wanted.push(dataAt(placeTextBlock(h5, this.bytes, textBlock, create)));
      else create();
      return wanted.length === 0 ? undefined : addressOf(h5, this.id, dataset);
    });
    if (address !== undefined) this.patches.push({ changes: wanted, address });
    this.flushEarly();
    return address;
  }

  resizeDataset(dataset: string, shape: readonly number[]): void {
    this.call((h5) => h5.resize_dataset(this.id, dataset, shape.map(BigInt)));
  }

  /** Writes a block of `count` elements in each dimension at `offset`, from HDF5's heap. */
  writeSlice(
    dataset: string,
    offset: readonly number[],
    count: readonly number[],
    pointer: number,
  ): void {
    const strides = count.map(() => 1n);
    this.call((h5) =>
      h5.set_dataset_data(
        this.id,
        dataset,
        count.map(BigInt),
        offset.map(BigInt),
        strides,
        BigInt(pointer),
      ),
    );
    this.flushEarly();
  }

  /** Writes one whole new chunk that is packed already; `head` is its `headShape`. */
  writePackedChunk(
    chunks: PackedChunks,
    dataset: string,
    offset: readonly number[],
    head: readonly number[],
    packed: Uint8Array,
  ): void {
    this.call(() =>
      chunks.write(packed, (pointer) => this.writeSlice(dataset, offset, head, pointer)),
    );
  }

  setAttributes(object: string, attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === 'string') this.writeTexts(object, name, [], [value]);
      else if (typeof value !== 'object') this.writeNumber(object, name, value);
      else if (value.length > MAX_TEXTS) this.writeTexts(object, name, [], [JSON.stringify(value)]);
      else this.writeTexts(object, name, [value.length], value);
    }
  }

  /** Reads consecutive elements of a dataset of one dimension into HDF5's heap. */
  readSlice(dataset: string, first: number, count: number, pointer: number): void {
    const [from, length] = [BigInt(first), BigInt(count)];
    this.call((h5) =>
      h5.get_dataset_data(this.id, dataset, [length], [from], [1n], BigInt(pointer)),
    );
  }

  /** Where the header of an object lies in the file. */
  addressOf(object: string): number {
    return this.call((h5) => addressOf(h5, this.id, object));
  }

  /**
   * Closes the file, gives its datasets their types and waits until everything is on disk.
   *
   * @param append adds what viewers plot by, which HDF5 is not asked to write
   * @throws Hdf5Failure, PlotsFailed
   */
  close(append?: (tail: FileTail) => void): void {
    this.isOpen = false;
    try {
      try {
        this.bytes.settle();
      } finally {
        this.call((h5) => h5.close_file(this.id));
      }
      patchHeaders(this.bytes, this.patches);
      if (append) this.append(append);
      this.bytes.flush();
      fsyncSync(this.fd);
      checkName(this.fd, this.path);
      if (this.earlyFlush.failure) throw this.earlyFlush.failure;
    } catch (error) {
      throw error instanceof PlotsFailed ? error : Hdf5Failure.ofSystem(this.path, error);
    } finally {
      this.closeDescriptors();
    }
  }

  /** Closes the file as far as possible, for one that is not going to be used. */
  discard(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    try {
      // After a failure HDF5 has been left in an unknown state, and is not called again.
      if (!this.library.needsFreshThread) this.call((h5) => h5.close_file(this.id));
    } finally {
      this.closeDescriptors();
    }
  }

  private append(write: (tail: FileTail) => void): void {
    try {
      const tail = new FileTail(this.bytes, this.fd);
      write(tail);
      tail.close();
    } catch (error) {
      throw PlotsFailed.unlessOfDisk(error);
    }
  }

  private flushEarly(): void {
    try {
      this.earlyFlush.continue(this.bytes.written);
    } catch (error) {
      throw Hdf5Failure.ofSystem(this.path, error);
    }
  }

  private closeDescriptors(): void {
    this.earlyFlush.close();
    closeSync(this.fd);
  }

  private writeTexts(
    object: string,
    name: string,
    shape: number[],
    texts: readonly string[],
  ): void {
    const encoded = texts.map((text) => Buffer.from(`${text}\0`));
    const pointersSize = 4 * Math.max(1, texts.length);
    const region = this.library.buffers.data;
    this.call((h5) => {
      region.reserve(encoded.reduce((sum, text) => sum + text.length, pointersSize));
      const bytes = region.bytes();
      const pointers = new Uint32Array(bytes.buffer, bytes.byteOffset, texts.length);
      let position = pointersSize;
      for (const [i, text] of encoded.entries()) {
        pointers[i] = region.pointer + position;
        bytes.set(text, position);
        position += text.length;
      }
      this.createAttribute(h5, object, name, ATTRIBUTE_TYPES.text, shape);
    });
  }

  private writeNumber(object: string, name: string, value: number | bigint): void {
    this.call((h5) => {
      const bytes = this.library.buffers.data.bytes();
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      if (typeof value === 'bigint') view.setBigInt64(0, value, true);
      else view.setFloat64(0, value, true);
      const type = typeof value === 'bigint' ? ATTRIBUTE_TYPES.integer : ATTRIBUTE_TYPES.float;
      this.createAttribute(h5, object, name, type, []);
    });
  }

  private createAttribute(
    h5: H5,
    object: string,
    name: string,
    type: Datatype['description'],
    shape: number[],
  ): void {
    const pointer = BigInt(this.library.buffers.data.pointer);
    h5.create_attribute(this.id, object, name, pointer, {
      ...type,
      shape: shape.map(BigInt),
      maxshape: null,
    });
  }

  private call<T>(action: (h5: H5) => T): T {
    try {
      return this.library.call(this.path, 'hdf5_write_failed', action);
    } catch (error) {
      // The system's error tells more than HDF5's.
      if (error instanceof Hdf5Failure) error.cause ??= this.bytes.failure;
      throw error;
    }
  }
}

function addressOf(h5: H5, file: bigint, object: string): number {
  return Number(Buffer.from(h5.create_object_reference(file, object)).readBigUInt64LE());
}

/** Holds a dataset's header to where its data were written. */
function dataAt(address: number): MessageChange {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(address));
  return { message: MESSAGE.layout, offset: LAYOUT.address, written: bytes, wanted: bytes };
}

/**
 * Somebody may have moved the file away before HDF5 opened it, or while it did: it makes another one then, which
 * stays empty, and what was written is in the file that is gone.
 *
 * @throws Hdf5Failure
 */
function checkName(fd: number, path: string): void {
  const made = fstatSync(fd, { bigint: true });
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (there?.ino === made.ino && there.dev === made.dev) return;
  const message = 'it was moved away while it was written';
  const gone = Object.assign(new Error(message), { code: 'ENOENT', syscall: 'stat', path });
  throw Hdf5Failure.ofSystem(path, gone);
}
