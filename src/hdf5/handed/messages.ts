import type { PackedBlock, RowBlock } from '../../rows/row-block.js';
import type { Hdf5FileOptions } from '../hdf5-file.js';
import type { ChannelEnding } from '../layout/channel-ending.js';
import type { Attributes } from '../library/attributes.js';
import type { FailureMessage } from './failure-message.js';

/** Where rows of an extended file wait. */
export interface WaitingPlace {
  /** A file name that nobody else uses. */
  readonly path: string;
  /** For what comes first; shared memory. */
  readonly memory: Uint8Array;
}

/** A file that is to be written, in whichever thread. */
export interface HandedFileOptions extends Omit<Hdf5FileOptions, 'format' | 'fd'> {
  readonly format: 'compact' | { readonly extended: WaitingPlace };
}

/** A file that another thread has made and keeps open, empty. */
export interface MadeFile {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** From the job thread, in order. `rows` and `lent` say what is to be taken from shared memory. */
export type ToPartner =
  | { readonly type: 'create'; readonly options: HandedFileOptions; readonly made: MadeFile }
  | { readonly type: 'rows'; readonly buffer: number; readonly used: number }
  | {
      readonly type: 'lent';
      readonly block: RowBlock | PackedBlock;
      /** How much shared memory of its own it takes up. */
      readonly copied: number;
    }
  | {
      readonly type: 'finish';
      readonly attributes: Attributes;
      readonly endings: ReadonlyMap<string, ChannelEnding>;
    }
  | { readonly type: 'abort' };

/** To the job thread. After a failure nothing comes before the file is aborted. */
export type FromPartner =
  | { readonly type: 'ready' }
  | {
      readonly type: 'failed';
      readonly failure: FailureMessage;
      readonly needsFreshThread: boolean;
    }
  | { readonly type: 'moved' }
  | { readonly type: 'finished' }
  | {
      readonly type: 'aborted';
      /** Why the file could not be closed or removed. */
      readonly failure: FailureMessage | undefined;
      readonly needsFreshThread: boolean;
    };
