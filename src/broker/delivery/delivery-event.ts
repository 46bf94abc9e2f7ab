import type { HeldState, HeldWait } from '../../report/held.js';
import type { WriteState } from '../../report/write-report.js';
import type { FailureFacts, FailureTime } from './failed.js';

/** The fate of a request that was sent and that no writer names. */
export type Unnamed = 'again' | 'held_back' | 'unconfirmed' | 'kept';

/** What a writer says of a request that it holds. */
interface Naming {
  readonly writer: string;
  readonly attempt: number;
  readonly state: HeldState;
  readonly leaseEnds: number;
  readonly wait?: HeldWait;
  /** How far it is: another text where it has moved on. */
  readonly mark?: string;
  readonly now?: number;
}

/** Which sending of a request has come to its end. */
interface Sending {
  readonly attempt: number;
  /** Whether its queue keeps requests: then that may be known before the queue has confirmed it. */
  readonly keeps?: boolean;
}

/** What happens to a request on its way. */
export type DeliveryEvent =
  /**
   * It is handed over, which is one more attempt. `others`: another writer may try it after this one; `kept`: the
   * queue has it until it is acknowledged, and `attempt` is which sending that was, as reports may come before.
   */
  | {
      readonly type: 'sent';
      readonly leaseEnds: number;
      readonly others?: boolean;
      readonly kept?: boolean;
      readonly attempt?: number;
    }
  /** A writer says that it holds it. */
  | ({ readonly type: 'named' } & Naming)
  /** The same, and that it has taken it off the queue that kept it. */
  | ({ readonly type: 'taken' } & Naming)
  /** A writer reports its outcome; a failure with all that is known of it. */
  | {
      readonly type: 'outcome';
      readonly attempt: number;
      readonly state: WriteState;
      readonly writer?: string;
      readonly failure?: FailureFacts;
      readonly time?: FailureTime;
      /** It left no error file, as another writer is to try it: a broker that was restarted knows by that. */
      readonly isForAnother?: boolean;
    }
  /** A writer gives it back, as it ends. */
  | ({ readonly type: 'returned'; readonly writer: string } & Sending)
  /** A writer can't, or is not to, begin it: no attempt. `leaseEnds`: of another writer that has it still. */
  | ({
      readonly type: 'refused';
      readonly writer: string;
      readonly notBefore: number;
      readonly leaseEnds?: number;
    } & Sending)
  /** No writer took it, so the queue gave it up. */
  | ({ readonly type: 'dead-lettered' } & Sending)
  /** It was among the dead letters, and somebody put it back: it is to be tried again. */
  | { readonly type: 'put-back'; readonly attempt: number; readonly now: number }
  /** A writer has ended without giving it back. `leaseEnds`: until then a queue that keeps it hands it on. */
  | { readonly type: 'writer-gone'; readonly writer: string; readonly leaseEnds?: number }
  /** The queue has lost what it kept. `leaseEnds`: of what writers have still. */
  | { readonly type: 'queue-lost'; readonly leaseEnds: number }
  /** The process of a writer died while it wrote it, in the attempt given. */
  | { readonly type: 'died'; readonly attempt: number }
  /** Its holder makes no progress. `elsewhere`: another writer is free to try it. */
  | { readonly type: 'stalled'; readonly writer: string; readonly elsewhere: boolean }
  /** A newer request for its file is written. */
  | { readonly type: 'superseded' }
  /** It is acquired again by another request. */
  | { readonly type: 'replayed' }
  | { readonly type: 'cancelled' }
  /** Every writer that is there has tried it. */
  | { readonly type: 'nobody-else' }
  /** Its error file can't be left by anybody that is there. */
  | { readonly type: 'left-without'; readonly time: FailureTime }
  /** Its file was replaced by that of an older request, which a slow writer renamed late. */
  | { readonly type: 'overwritten' }
  /** Time goes by. `lease`: how long leases are, in seconds. */
  | {
      readonly type: 'tick';
      readonly now: number;
      readonly lease: number;
      readonly unnamed: Unnamed;
    };

/** Events that happen to all requests at once. They change only what is away, or left to another writer. */
export type EventForAll = EventOf<'tick' | 'writer-gone' | 'queue-lost'>;

/** An event of one type. */
export type EventOf<T extends DeliveryEvent['type']> = Extract<DeliveryEvent, { readonly type: T }>;
