import type { WriteRequest } from '../request/write-request.js';

/** What a call's handler wants to happen. It has happened once the requests are in the trail. */
export interface Proposal {
  /** None where what is wanted is in the trail already. */
  readonly requests: readonly WriteRequest[];
  /** Called when all requests are on disk, before anything else acts on them. Must not throw. */
  recorded(): void;
}
