import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ready } from 'h5wasm/node';
import { HeadMemory } from './head-buffered-file.js';
import type { H5 } from './h5.js';
import { Hdf5Failure } from './hdf5-failure.js';
import { HeapRegion } from './heap-region.js';
import { loadPackedChunks } from './load-packed-chunks.js';
import type { PackedChunks } from './packed-chunks.js';
import { reasonOf } from './hdf5-reason.js';
import { tellEverySystemError } from './system-errors.js';

// Told by `load`. Left alone, it would end whatever imports this.
ready.catch(() => undefined);

const KIB = 1024;
const MIB = 1024 * KIB;

/** Rows of a chunk at most; the columns beside the data have chunks of this many. */
export const MAX_CHUNK_ROWS = 65_536;

/** Bytes of a column's values that are collected before HDF5 is called; a value may be larger. */
export const DATA_BUFFER_BYTES = 4 * MIB;

/**
 * HDF5 as this thread has it: the WebAssembly module, the memory in it that all files share
 * (8 MiB), and whether it can still be trusted.
 */
export class Hdf5Library {
  private broken = false;

  /** Shared by files that are written one after another. */
  readonly heads = new HeadMemory();
  /** Where each column of the channel that is being written collects its rows, and a file its `CarriedBytes`. */
  readonly buffers;

  private constructor(
    private readonly h5: H5,
    /** Undefined where that does not work: then values are stored unpacked. */
    readonly packedChunks: PackedChunks | undefined,
    /** Why `packedChunks` is missing, for the log. */
    readonly packedChunksProblem: string | undefined,
  ) {
    this.buffers = {
      data: new HeapRegion(h5, DATA_BUFFER_BYTES),
      dataPointers: new HeapRegion(h5, MAX_CHUNK_ROWS * 4),
      pulseIds: new HeapRegion(h5, MAX_CHUNK_ROWS * 8),
      timestamps: new HeapRegion(h5, MAX_CHUNK_ROWS * 8),
      present: new HeapRegion(h5, MAX_CHUNK_ROWS),
      dates: new HeapRegion(h5, MIB),
      datePointers: new HeapRegion(h5, (MAX_CHUNK_ROWS + 1) * 4),
      labels: new HeapRegion(h5, 256 * KIB),
      plotted: new HeapRegion(h5, MAX_CHUNK_ROWS * 8),
      carried: new HeapRegion(h5, MIB),
    };
  }

  /**
   * Starts HDF5, 0.2 to 0.5 s at the first call in a thread.
   *
   * @throws Error whose cause is why, e.g. that the engine can't have the memory
   */
  static async load(): Promise<Hdf5Library> {
    const h5 = await loaded();
    let packedChunks: PackedChunks | undefined;
    let problem: string | undefined;
    try {
      packedChunks = loadPackedChunks(h5);
    } catch (error) {
      [problem] = String(error instanceof Error ? error.message : error).split('\n', 1);
    }
    // Without it a full disk goes unnoticed until the file is closed.
    h5.activate_throwing_error_handler();
    return new Hdf5Library(h5, packedChunks, problem);
  }

  /** Starts HDF5 for a thread that only reads. @throws as `load` does */
  static async loadForReading(): Promise<Hdf5Library> {
    const h5 = await loaded();
    h5.activate_throwing_error_handler();
    return new Hdf5Library(h5, undefined, undefined);
  }

  /** By which HDF5 reads files. */
  get fileSystem(): { read: (...args: never[]) => unknown } {
    return this.h5.FS;
  }

  /** True after HDF5 failed to write: it may hold on to what was open, so the thread has to be replaced. */
  get needsFreshThread(): boolean {
    return this.broken;
  }

  /**
   * Calls HDF5 for the file at `path`.
   *
   * @throws Hdf5Failure `disk_full` or `code`, in one line, when HDF5 fails
   */
  call<T>(path: string, code: 'hdf5_write_failed' | 'hdf5_read_failed', action: (h5: H5) => T): T {
    if (this.broken) {
      throw new Hdf5Failure(code, path, 'HDF5 failed before in this thread; use a fresh one', true);
    }
    try {
      const result = action(this.h5);
      // Status codes and ids alike are negative where something failed without throwing.
      if ((typeof result === 'number' || typeof result === 'bigint') && result < 0) {
        throw new Error(`HDF5 returned ${result}`);
      }
      return result;
    } catch (error) {
      if (error instanceof Hdf5Failure) throw error;
      const writing = code === 'hdf5_write_failed';
      this.broken ||= writing;
      const { text, diskFull } = reasonOf(error);
      const full = writing && (diskFull || diskIsFull(path));
      const reason = full && !diskFull ? 'No space left on device' : text;
      throw new Hdf5Failure(full ? 'disk_full' : code, path, reason, this.broken);
    }
  }
}

async function loaded(): Promise<H5> {
  const h5 = await ready.catch((error: unknown) => {
    throw new Error("HDF5 can't be loaded", { cause: memoryProblem() ?? error });
  });
  tellEverySystemError(h5);
  return h5;
}

/** Without memory for WebAssembly the library fails with another error. */
function memoryProblem(): unknown {
  try {
    void new WebAssembly.Memory({ initial: 1 });
    return undefined;
  } catch (error) {
    return error;
  }
}

/** HDF5's error text takes its way through a temporary file, and is empty when that disk is full. */
function diskIsFull(path: string): boolean {
  try {
    return statfsSync(dirname(path)).bavail === 0;
  } catch {
    return false; // The folder is gone or unreadable: then the reason is another one.
  }
}
