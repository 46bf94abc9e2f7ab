import type { LogFields } from '../logging/log-fields.js';
import type { Lane } from '../request/lane.js';

/** The writers that report, as the registry knows them. */
export interface KnownWriters {
  /** How many were heard and have not said goodbye; one whose heartbeats stopped may still be connected. */
  readonly size: number;
  /** When the writer that has been quiet for longest was last heard; Infinity without writers. */
  readonly earliestSign: number;
  /** Forgets a writer whose heartbeats stopped, as its connection ended. @returns whether there was one */
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
  /** A remedy for those, for the log. */
  readonly advice: LogFields & { readonly remedy: string };
  /** Whether each outcome must be reported. If so, a request that no writer names was lost on its way. */
  readonly mustReport: boolean;
  /** Whether requests for one output file may wait for each other, as writers report when one is done. */
  readonly tellsWhenDone: boolean;
  /**
   * Whether the queue itself keeps each request until its outcome is reported, and hands it to another writer
   * if one dies. Then leases are for what a writer took off the queue before (`Taken`), and for nothing else.
   */
  readonly keeps: boolean;
  /** How many requests of a lane may be under way, where reporting writers carry out `places` of them at once. */
  window(places: number, lane: Lane): number;
  /**
   * The fate of a request whose lease ran out and that no writer names. `again`: it is sent again; `held_back`:
   * it waits, as a writer that does not report may have it; `unconfirmed`: its outcome will never be known;
   * `kept`: the queue has it still, for all that is known, unless a writer took it off.
   *
   * @param patience for how many seconds a request that the queue keeps has to be unnamed until it may be missing
   */
  unnamed(
    now: number,
    lane: Lane,
    patience: number,
  ): 'again' | 'held_back' | 'unconfirmed' | 'kept';

  /** Sets the registry that knows writers by name; to be called once. */
  attach(writers: KnownWriters): void;
  /** A writer had reported to a predecessor of this broker. */
  expectReports(): void;
  /** A writer said hello, or sent a heartbeat. */
  heard(now: number): void;
  /** A writer said goodbye. */
  ended(now: number): void;
  /** A writer's heartbeats stopped. @returns whether its connection is known to have ended */
  lapsed(lastSeen: number, now: number): boolean;
  /** Notices who came and who went; to be called at short intervals. */
  look(now: number): void;
}
