import { closeSync, fstatSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import type { ChunkFilter } from '../format/chunk-filter.js';
import { AttributeWriter } from './attribute-writer.js';
import type { Attributes } from './attributes.js';
import { CarriedBytes } from './carried-bytes.js';
import { CARRIERS, replaceCarriers } from './carriers.js';
import { BYTES, type Datatype } from './datatype.js';
import { EarlyFlush } from './early-flush.js';
import { FileTail } from './file-tail.js';
import { GlobalHeap } from './global-heap.js';
import type { H5 } from './h5.js';
import { Hdf5Failure } from './hdf5-failure.js';
import { PlotsFailed } from './plots-failed.js';
import { HeadBufferedFile } from './head-buffered-file.js';
import type { Hdf5Library } from './hdf5-library.js';
import { type HeaderPatch, type MessageChange, patchHeaders } from './header-patch.js';
import { LAYOUT, MESSAGE } from '../format/object-header.js';
import { readBytes } from '../format/read-bytes.js';
import type { PackedChunks } from './packed-chunks.js';
import { placeBlock, type PlacedBlock, type TextBlock } from './placed-block.js';
import { PlainChannels, type PlainDataset, splitPath } from './plain-channels.js';

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

const UNLIMITED = 0xffff_ffff_ffff_ffffn;

/** A file that HDF5 has open for writing: groups, datasets and attributes by path. */
export class OpenFile {
  /** Elements of channels that HDF5 makes no datasets for. */
  readonly carried: CarriedBytes;
  private readonly attributes: AttributeWriter;
  private readonly plain = new PlainChannels();
  /** The group that these are in, `/` for the root. */
  private parent = '/data';
  private readonly carriers: { address: number; bytes: number }[] = [];
  private readonly groups = new Set<string>();
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
  ) {
    const { carried, data } = library.buffers;
    this.carried = new CarriedBytes(carried, data, (block) => this.carry(block));
    this.attributes = new AttributeWriter(id, data, (action) => this.call(action));
  }

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

  /** Says which group the channels are in that come by `addChannel`; `/data` by default. */
  putChannelsIn(group: string): void {
    this.parent = group;
  }

  createGroup(group: string): void {
    this.groups.add(group);
    this.call((h5) => h5.create_group(this.id, group, false));
  }

  /**
   * Adds a channel that HDF5 knows nothing of but the bytes, to the group that `putChannelsIn` told.
   *
   * @param group its path
   * @param datasets with places that `carried` gave
   */
  addChannel(group: string, datasets: readonly PlainDataset[]): void {
    this.plain.add(group, datasets);
  }

  /**
   * Creates a dataset, and its group if it is the first one there, with the data at `pointer` in HDF5's heap (any address if it has no elements).
   *
   * @param changes what more is to be changed when the file is closed
   * @param textBlock is at the pointer, and all that there is
   */
  createDataset(
    dataset: string,
    type: Datatype,
    layout: DatasetLayout,
    pointer: number,
    { changes = [], textBlock }: DatasetChanges = {},
  ): void {
    const { shape, chunks, filter } = layout;
    const [group] = splitPath(dataset);
    if (group !== '' && !this.groups.has(group)) this.createGroup(group);
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
      if (textBlock) wanted.push(dataAt(placeTexts(h5, this.bytes, textBlock, create)));
      else create();
      return wanted.length === 0 ? undefined : addressOf(h5, this.id, dataset);
    });
    if (address !== undefined) this.patches.push({ changes: wanted, address });
    this.flushEarly();
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
    if (this.plain.setAttributes(object, attributes)) return;
    this.attributes.write(object, attributes);
  }

  /** Reads consecutive elements of a dataset of one dimension into HDF5's heap. */
  readSlice(dataset: string, first: number, count: number, pointer: number): void {
    const plain = this.plain.dataset(dataset);
    if (plain) return this.readPlain(plain, first, count, pointer);
    const [from, length] = [BigInt(first), BigInt(count)];
    this.call((h5) =>
      h5.get_dataset_data(this.id, dataset, [length], [from], [1n], BigInt(pointer)),
    );
  }

  /** Where the header of an object lies in the file. */
  addressOf(object: string): number {
    return this.call((h5) => addressOf(h5, this.id, object));
  }

  /** The same for a channel's first dataset, to be asked for while what `close` appends is written. */
  headerOf(dataset: string): () => number {
    if (this.plain.dataset(dataset)) return () => this.plain.headerOf(dataset);
    const address = this.addressOf(dataset);
    return () => address;
  }

  /**
   * Closes the file, gives its datasets their types and waits until everything is on disk.
   *
   * @param append adds what viewers plot by, which HDF5 is not asked to write
   * @throws Hdf5Failure, PlotsFailed
   */
  close(append?: (tail: FileTail) => void): void {
    this.carried.flush();
    const hasTail = append !== undefined || !this.plain.isEmpty;
    const parent =
      this.plain.isEmpty || this.parent === '/' ? undefined : this.addressOf(this.parent);
    this.isOpen = false;
    try {
      try {
        this.bytes.settle();
      } finally {
        this.call((h5) => h5.close_file(this.id));
      }
      patchHeaders(this.bytes, this.patches);
      if (hasTail) this.append(parent, append);
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

  /** Has HDF5 write bytes of channels. @returns where they lie */
  private carry(block: PlacedBlock): number {
    const { bytes, pointer } = block;
    const group = `${this.parent === '/' ? '' : this.parent}/${CARRIERS}`;
    if (!this.groups.has(group)) this.createGroup(group);
    const path = `${group}/${this.carriers.length}`;
    const description = { ...BYTES, shape: [BigInt(bytes)], maxshape: null };
    const address = this.call((h5) =>
      placeBlock(h5, this.bytes, block, () =>
        h5.create_dataset(this.id, path, BigInt(pointer), description),
      ),
    );
    this.carriers.push({ address, bytes });
    this.flushEarly();
    return address;
  }

  private readPlain(
    { place, size, shape }: PlainDataset,
    first: number,
    count: number,
    to: number,
  ) {
    this.carried.flush();
    const rowBytes = size / shape[0];
    try {
      const at = place.address + first * rowBytes;
      const bytes = readBytes((part, from) => this.bytes.read(part, from), at, count * rowBytes);
      this.library.buffers.data.viewOf(to, bytes.length).set(bytes);
    } catch (error) {
      throw Hdf5Failure.ofSystem(this.path, error);
    }
  }

  /** @param parent address of the header of the group that the channels are in, if it is not the root */
  private append(parent: number | undefined, plots?: (tail: FileTail) => void): void {
    const tail = new FileTail(this.bytes, this.fd);
    if (!this.plain.isEmpty) this.writeChannels(tail, parent);
    if (plots) writePlots(tail, plots);
    tail.close();
  }

  private writeChannels(tail: FileTail, parent: number | undefined): void {
    const heap = new GlobalHeap(tail);
    const links = this.plain.write(tail, heap);
    heap.close();
    replaceCarriers(tail, parent, links, this.carriers);
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

function writePlots(tail: FileTail, write: (tail: FileTail) => void): void {
  try {
    write(tail);
  } catch (error) {
    throw PlotsFailed.unlessOfDisk(error);
  }
}

function placeTexts(h5: H5, file: HeadBufferedFile, block: TextBlock, write: () => void): number {
  const texts = [{ offset: 0, references: block.references }];
  return placeBlock(h5, file, { ...block, texts }, write);
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
