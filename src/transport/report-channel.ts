import type { ClientProxy } from '@nestjs/microservices';
import type { Observable } from 'rxjs';

/** Nest's token of a writer's {@link ReportChannel}. */
export const REPORT_CHANNEL = Symbol('ReportChannel');

/**
 * Takes reports from a writer to its broker: events of the pattern `write_report`, with an `AddressedReport` as
 * data. Its status is `connected` when there is a broker that takes them, or a queue that keeps them for one, also
 * after each loss; an event completes when it was handed over, or is on the queue's disk if it keeps such reports.
 */
export interface ReportChannel extends Pick<ClientProxy, 'connect' | 'close' | 'emit'> {
  readonly status: Observable<string>;
  /** Where the reports go. */
  readonly address: string;
  /** Whether there is a broker that takes reports. */
  readonly isConnected: boolean;
  /** For how many ms a report that was handed over may still be lost with the connection. */
  readonly doubtMs: number;
  /** A remedy, for the log, if a broker sends requests and no report reaches it. */
  readonly remedy: string;
}
