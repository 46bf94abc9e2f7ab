import type { LogFields } from '../logging/log-fields.js';

/** The writers that report, as whoever hears them has them. */
export interface KnownWriters {
  /** All that were heard and said no goodbye: also those whose heartbeats stopped, which may still be connected. */
  readonly size: number;
  /** When the one was heard that has been quiet for longest; Infinity without any. */
  readonly earliestSign: number;
  /** Forgets one whose heartbeats stopped, as its connection ended. @returns whether there was one */
  forgetLapsed(): boolean;
}

/**
 * Who takes requests from a queue: writers that report, which are known by name, and those that never
 * do. Times are seconds of `performance.now()`.
 */
export interface Consumers {
  /** Writers that are connected, whether they report or not. */
  readonly connected: number;
  /** Connected writers that never report. */
  readonly nonReporting: number;
  /** Those of them that have been connected for some seconds without a hello, although they must report. */
  withoutHello(now: number): number;
  /** What to do about those. */
  readonly advice: LogFields & { readonly remedy: string };
  /** Whether each outcome must be reported: then a request that no writer names was lost on its way. */
  readonly mustReport: boolean;
  /** Whether requests for one output file may wait for each other, as somebody tells when one is done. */
  readonly tellsWhenDone: boolean;
  /** How many requests may be under way, where reporting writers carry out `places` of them at once. */
  window(places: number): number;
  /**
   * What becomes of a request whose lease ran out and that no writer names: it goes out again; a writer
   * may have it that does not say so; or nobody will ever tell.
   */
  unnamed(now: number): 'again' | 'held_back' | 'unconfirmed';

  /** Where writers are known by name; to be called once. */
  attach(writers: KnownWriters): void;
  /** A writer had reported to a predecessor of this broker. */
  expectReports(): void;
  /** A writer said hello, or sent a heartbeat. */
  heard(now: number): void;
  /** A writer said goodbye. */
  ended(now: number): void;
  /** A writer's heartbeats stopped. @returns whether its connection is known to have ended */
  lapsed(lastSeen: number, now: number): boolean;
  /** Notices who came and who went; to be called in short intervals. */
  look(now: number): void;
}
