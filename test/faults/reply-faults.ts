/** A fault in the reply to a query. */
export interface ReplyFault {
  readonly name: string;
  /** How the request ends that meets it: a query that is tried again may succeed, or can't. */
  readonly ends: 'written' | 'failed';
  /** How often one is met, relative to the others. */
  readonly weight: number;
}

/** Faults by what they do; the names are those in the table of a run. */
export const REPLY_FAULTS = {
  slow: { name: 'a reply that comes in small pieces', ends: 'written', weight: 12 },
  reset: { name: 'connection reset before the reply', ends: 'written', weight: 3 },
  resetHalfway: { name: 'connection reset halfway', ends: 'written', weight: 4 },
  stall: { name: 'stalled halfway, for as long as the client waits', ends: 'written', weight: 1 },
  truncated: { name: 'truncated, and properly ended', ends: 'written', weight: 4 },
  tooShort: { name: 'content length larger than the reply', ends: 'written', weight: 3 },
  http500: { name: 'HTTP 500', ends: 'written', weight: 4 },
  http503: { name: 'HTTP 503', ends: 'written', weight: 3 },
  object500: { name: 'an object with status 500 instead of a list', ends: 'written', weight: 3 },
  tooLong: { name: 'content length smaller than the reply', ends: 'written', weight: 3 },
  http400: { name: 'HTTP 400', ends: 'failed', weight: 2 },
  object404: { name: 'an object with status 404 instead of a list', ends: 'failed', weight: 2 },
  garbage: { name: 'garbage instead of JSON', ends: 'failed', weight: 2 },
  garbageHalfway: { name: 'garbage halfway', ends: 'failed', weight: 2 },
  errorHalfway: { name: 'an error message halfway', ends: 'failed', weight: 2 },
  empty: { name: 'an empty list', ends: 'failed', weight: 2 },
} as const satisfies Record<string, ReplyFault>;

export type ReplyFaultKind = keyof typeof REPLY_FAULTS;
