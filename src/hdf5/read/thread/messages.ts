import type { FileContents, FileHead } from '../file-contents.js';

/** A task for a reading thread: the contents of a file, or only its head. */
export type ReadTask =
  | {
      readonly type: 'contents';
      readonly path: string;
      /** Channels to read; all where it is undefined, the root's attributes alone where it is empty. */
      readonly channels?: readonly string[];
    }
  | { readonly type: 'head'; readonly path: string };

/** Shared with the thread: its element counts the steps of reading. */
export type Steps = Int32Array<SharedArrayBuffer>;

/**
 * How reading came to its end. `library`: HDF5 could not be loaded; `disk`: a read failed; `memory`: there
 * is not enough; `refused`: else.
 */
export type ReadResult =
  | { readonly found: FileContents | FileHead }
  | {
      readonly failed: 'library' | 'disk' | 'memory' | 'filter' | 'refused';
      readonly reason: string;
    };

/** Messages of a reading thread: first the thread as the system knows it, then a result for each task. */
export type FromReadingThread =
  | { readonly type: 'started'; readonly task: string | undefined }
  | { readonly type: 'result'; readonly result: ReadResult };
