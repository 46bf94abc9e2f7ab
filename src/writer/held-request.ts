import type { WriteRequest } from '../request/write-request.js';

/** A request that was accepted and has no outcome yet. */
export interface HeldRequest {
  readonly request: WriteRequest;
  /** `waiting` for its time, its turn, a thread or the next attempt; `writing` in a thread. */
  state: 'waiting' | 'writing';
  /** Attempts that were begun. */
  attempts: number;
}
