import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import type { Integer } from '../../request/integer.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { StatusReply } from '../acquisition/replies.js';

export interface RequestsReply extends StatusReply {
  /** Newest first. */
  readonly requests: readonly RequestHead[];
  /** Give this as `before` for the next page; null on the last one. @example null */
  readonly next: string | null;
  /** How many requests the list has, where that was asked for. */
  readonly total?: Integer;
}

export interface LineReply extends StatusReply {
  readonly line: WriteRequest;
}

export interface RequestReply extends StatusReply {
  readonly request: RequestRecord;
}

export interface SubmittedReply extends StatusReply {
  /** The id under which it was recorded. @example '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55' */
  readonly request_id: string;
  /** The request that it acquires again. @example '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e' */
  readonly replay_of: string | null;
}
