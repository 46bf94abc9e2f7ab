import { BaseRpcContext, type CustomTransportStrategy, type Server } from '@nestjs/microservices';
import type { Observable } from 'rxjs';

/** Nest's token of the server that takes a broker's reports. */
export const REPORT_SERVER = Symbol('ReportServer');
/** Nest's token of the server that takes a writer's requests. */
export const REQUEST_SERVER = Symbol('RequestServer');

/**
 * Receives messages and hands them to Nest's event handlers. A queue that keeps messages lets go of one when the
 * promise of its handler has resolved: of a request when its outcome is reported, or it was taken off. Nobody
 * waits for that with the next one, as far as the queue's window allows.
 */
export interface MessageServer extends CustomTransportStrategy {
  readonly addHandler: Server['addHandler'];
  readonly status: Observable<string>;
  /** Whether a sender is connected. */
  readonly isConnected: boolean;
  /** Messages that were rejected so far, by the code of what is wrong with them. */
  readonly rejected: ReadonlyMap<string, number>;
}

// A type, not an interface: Nest asks for an index signature.
export type MessageServerEvents = {
  /** Receiving ended without close(). Without a listener this ends the process, as streams do. */
  error: (error: Error) => void;
};

/** Takes a message that no handler can take, as it came, with the reason. Its own errors are logged. */
export type TakeRejected = (frames: Buffer[], error: Error) => void | Promise<void>;

/** Facts about a message besides its data. */
export interface MessageFacts {
  /** When it was sent, by the sender's clock: seconds since the epoch. */
  readonly sent: number | undefined;
  /** The sender's counter of its messages, or the pulse that they belong to. */
  readonly pulseId?: number;
  /** @internal How often the queue has handed it out before, as whoever had it went away; 0 where it does not tell. */
  readonly redeliveries?: number;
  /** @internal Whether it lay among the queue's dead letters and was put back. */
  readonly wasDead?: boolean;
  /** @internal For how long the queue waits for the handler's promise, ms; undefined: for ever. */
  readonly patience?: number;
  /**
   * @internal Tells a queue that hands out as many requests as there are places whether this one waits without taking one, so
   * that another may come in its stead. Undefined where the queue does not count.
   */
  readonly setAside?: (isAside: boolean) => void | Promise<void>;
}

/** The same, for handlers. */
export class MessageContext extends BaseRpcContext<[facts: MessageFacts, pattern: string]> {
  get facts(): MessageFacts {
    return this.getArgByIndex(0);
  }
}

/**
 * Pattern of a request that no writer took: the queue gave it up (its dead letters). The data is that of
 * `write_request`. Where a queue keeps requests, a broker's server has these handled.
 */
export const DEAD_LETTER = 'dead_letter';
