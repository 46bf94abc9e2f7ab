import type { ClientProxy } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type { Consumers } from './consumers.js';

/** Nest's token of the broker's {@link WorkQueue}. */
export const WORK_QUEUE = Symbol('WorkQueue');

/**
 * Takes write requests from the broker to writers, each to one of them.
 *
 * `emit()` completes when a request was handed over; requests wait for that in order. Those that wait when
 * the queue is closed fail with TransportClosed. The queue does not know a request's outcome: writers report it.
 */
export interface WorkQueue extends Pick<ClientProxy, 'connect' | 'close' | 'emit'> {
  readonly status: Observable<string>;
  /** Whether a request that is handed over now reaches a writer, or is kept for one. */
  readonly isReady: boolean;
  /** Emits when writers come or go, and again once it is known which of them report. */
  readonly changes: Observable<void>;
  readonly consumers: Consumers;
  /** Connections that were refused so far, as their peers are not allowed. */
  readonly refusedPeers: number;
  /** Addresses at which writers on this machine take requests and report; null if a port is not open. */
  readonly addresses: WriterAddresses;
  /** Whether writers can reach it, and where, under the names that GET /health has for that. */
  health(): { readonly isOpen: boolean; readonly facts: Readonly<Record<string, string | null>> };
  /**
   * Whose requests these are: reports on the requests of this trail come to this broker's server. To be called
   * once, before `connect()` and before the server listens.
   */
  isFor(trailId: string): void;
  /**
   * Emits when the queue is known to have lost what it kept, as it was not there any more: each request that was
   * handed over and that no writer holds is to be sent again. Never, where the queue keeps nothing.
   */
  readonly losses: Observable<void>;
}

/** As a writer's settings have them. */
export interface WriterAddresses {
  readonly stream_address: string | null;
  readonly report_address: string | null;
}
