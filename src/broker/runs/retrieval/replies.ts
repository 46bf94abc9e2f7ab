import type { NotWritten } from '../../../runs/retrieval.js';

/** An acquisition whose pulses are past was accepted. Numbers as texts, as clients know them. */
export interface RetrievalReply {
  readonly status: 'ok';
  /** The run number, and nothing else: the oldest clients read it here. @example '7' */
  readonly message: string;
  /** @example '7' */
  readonly run_number: string;
  /** From 1 within the run. @example '1' */
  readonly acquisition_number: string;
  /** From 1 within the pgroup. @example '42' */
  readonly unique_acquisition_number: string;
  /**
   * Absolute names of the files that will be there.
   *
   * @example ['/sf/bernina/data/p12345/raw/run0007/data/acq0001.BSDATA.h5']
   */
  readonly files: readonly string[];
  /** Of the write requests, for GET /requests. @example ['0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e'] */
  readonly request_ids: readonly string[];
  /** What was asked for and nobody writes; left out where all is written. */
  readonly not_written?: NotWritten;
}
