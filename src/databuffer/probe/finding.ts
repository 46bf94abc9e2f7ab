/**
 * - `ok`: as a writer needs it
 * - `note`: nothing is lost by it
 * - `deviation`: it costs data or requests
 * - `unknown`: could not be found out
 */
export type Verdict = 'ok' | 'note' | 'deviation' | 'unknown';

/** What a check found out about a server. */
export interface Finding {
  readonly verdict: Verdict;
  /** What the server does. */
  readonly what: string;
  /** What comes of it, for requests and files. */
  readonly cost?: string;
  /** What to change. */
  readonly remedy?: string;
}

/** Findings that belong together. */
export interface Findings {
  /** Stable word of the check. */
  readonly check: string;
  readonly findings: readonly Finding[];
}

export function ok(what: string): Finding {
  return { verdict: 'ok', what };
}

export function unknown(what: string, remedy?: string): Finding {
  return { verdict: 'unknown', what, remedy };
}
