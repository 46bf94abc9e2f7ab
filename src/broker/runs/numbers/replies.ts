import type { Integer } from '../../../request/integer.js';

/** A run number, for clients of every generation. */
export interface RunNumberReply {
  readonly status: 'ok';
  /** The same as text. @example '7' */
  readonly message: string;
  /** @example 7 */
  readonly run_number: Integer;
}

/** A pgroup was closed. */
export interface ClosedReply {
  readonly status: 'ok';
  /** @example 'p12345 is closed for writing' */
  readonly message: string;
}
