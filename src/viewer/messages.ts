/** Which links are shown as what they lead to: those that lead somewhere in the file, or none. */
export type LinkResolution = 'only_valid' | 'all' | 'none';

/** What is asked of a file, by its name: absolute, or relative to one of the served folders. */
export type ViewCall =
  | {
      readonly what: 'meta' | 'paths';
      readonly file: string;
      readonly path: string;
      readonly links: LinkResolution;
    }
  | {
      readonly what: 'attr';
      readonly file: string;
      readonly path: string;
      readonly names?: readonly string[];
    }
  | {
      readonly what: 'data';
      readonly file: string;
      readonly path: string;
      readonly selection?: string;
      readonly format: DataFormat;
      /** One list instead of lists in lists. */
      readonly flatten: boolean;
      /** Types that JavaScript has: little endian, float32 for float16. */
      readonly safe: boolean;
    }
  | {
      readonly what: 'stats';
      readonly file: string;
      readonly path: string;
      readonly selection?: string;
    }
  | { readonly what: 'csv'; readonly file: string; readonly path: string }
  | {
      readonly what: 'coverage';
      readonly file: string;
      readonly channels: readonly string[];
      readonly start?: bigint;
      readonly stop?: bigint;
      readonly bins: number;
    }
  | { readonly what: 'list'; readonly folder: string };

export const DATA_FORMATS = ['json', 'bin', 'npy', 'csv', 'tiff'] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

/** What is known of a reply before its bytes. */
export interface ReplyHead {
  readonly contentType: string;
  /** Bytes, where they are known. */
  readonly length?: number;
  /** Of a reply that is to be saved. */
  readonly fileName?: string;
}

/** Which files a reading process may open. */
export interface ServedFiles {
  /** Absolute. */
  readonly folders: readonly string[];
  /** The only file that is served, absolute; all in the folders where it is left out. */
  readonly only?: string;
  /** Files of the service's own, absolute. */
  readonly reserved: readonly string[];
}

/** A step for a reading process. `open` begins a reply, `more` asks for its next piece, `drop` gives it up. */
export type ToReader =
  | { readonly step: 'open'; readonly id: number; readonly call: ViewCall }
  | { readonly step: 'more' | 'drop'; readonly id: number };

/** Why a call failed; each has its own HTTP status. */
export const FAILURE_CODES = [
  'file_not_found',
  'file_not_served',
  'not_hdf5',
  'damaged_file',
  'file_unreadable',
  'not_in_file',
  'link_unresolved',
  'bad_question',
  'not_readable_here',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** Answers of a reading process: one for each step but `drop`. */
export type FromReader =
  | { readonly answer: 'ready' }
  | {
      readonly answer: 'piece';
      readonly id: number;
      /** With the first one. */
      readonly head?: ReplyHead;
      readonly bytes: Uint8Array;
      readonly isLast: boolean;
      /** See below. */
      readonly isSpent: boolean;
    }
  | {
      readonly answer: 'failed';
      readonly id: number;
      readonly code: FailureCode;
      readonly message: string;
      /** HDF5 failed, and may hold on to what was open: the process should read nothing more. */
      readonly isSpent: boolean;
    };
