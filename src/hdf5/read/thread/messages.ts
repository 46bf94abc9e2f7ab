import type { FileContents, FileHead } from '../file-contents.js';

/** What a reading thread is asked for: what is in a file, or only its head. */
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

/** What a reading thread tells: first who it is for the system, then a result for each task. */
export type FromReadingThread =
  | { readonly type: 'started'; readonly task: string | undefined }
  | { readonly type: 'result'; readonly result: ReadResult };
