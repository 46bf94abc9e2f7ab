import type { HeldState } from '../report/held.js';
import type { WriteRequest } from '../request/write-request.js';
import type { Failure } from '../rows/failure.js';

/** A request that was accepted and has no outcome yet. */
export interface HeldRequest {
  readonly request: WriteRequest;
  /** Which sending of the request it is, 1 for the first: the last one that came. */
  attempt: number;
  /** `received`: it waits for its time, its turn, a thread or the next try. */
  state: HeldState;
  /** Tries that were begun. */
  tries: number;
  /** Bytes and rows of the present try, or of the last. */
  bytes: number;
  rows: number;
  /** Why the last try came to nothing. */
  failure?: Failure;
}

/** A request that just came. */
export function received(request: WriteRequest): HeldRequest {
  const attempt = attemptOf(request);
  return { request, attempt, state: 'received', tries: 0, bytes: 0, rows: 0 };
}

/** Which sending of the request this is; the first where it does not say. */
export function attemptOf({ attempt }: WriteRequest): number {
  return Number.isInteger(attempt) && attempt! > 0 ? attempt! : 1;
}

/** Whether it comes from a broker that sends what it heard nothing of again. */
export function maySendAgain({ request_id: id, attempt }: WriteRequest): boolean {
  return typeof id === 'string' && attempt !== undefined;
}
