import type { LinePlace } from '../../audit/file-tail.js';
import type { HealingNote } from '../../audit/outcome-line.js';
import type { Failure } from '../../report/failure.js';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import type { RequestState, WaitReason } from '../../report/request-state.js';
import type { Lane } from '../../request/lane.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { Delivery } from '../delivery/delivery.js';
import type { HealingPast } from './healing-past.js';
import { firstRecord, moved } from './record-changes.js';
import type { RecordedRequest } from './recorded-request.js';
import type { RequestFacts } from './trail-requests.js';

/**
 * Everything known of a request that is open, or whose outcome is not in the file yet. Its record is made
 * only when it is needed: at a start there may be very many requests.
 */
export class LiveRequest {
  delivery: Delivery;
  /** The failure that its settled line has, since it heals: what comes then is only noted. */
  told: { readonly failure: Failure | undefined } | undefined;
  private known: RequestRecord | undefined;
  private readonly time = Date.now() / 1000;

  /**
   * @param first its delivery when this broker heard of it
   * @param past where a predecessor left it healing
   */
  constructor(
    public recorded: RecordedRequest,
    private readonly first: Delivery,
    past?: HealingPast,
  ) {
    this.delivery = first;
    if (!past) return;
    this.told = { failure: past.told };
    this.known = recordAfter(past, first);
  }

  get record(): RequestRecord {
    return (this.known ??= this.firstRecord(this.recorded.read()));
  }

  set record(record: RequestRecord) {
    this.known = record;
  }

  firstRecord(request: WriteRequest | undefined): RequestRecord {
    return firstRecord(this.recorded.facts, request, this.first, this.time);
  }
}

function recordAfter({ record }: HealingPast, delivery: Delivery): RequestRecord {
  if (delivery.state !== 'failed') return moved(record, delivery, {});
  return delivery.healing ? record : { ...record, next_attempt: undefined };
}

/** A request that the broker knows, in any state: a single object, which index and queue share. */
export class TrackedRequest {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly accepted: number;
  readonly outputFile: string | undefined;
  /** Sorts it among others; see {@link sortKeyOf}. */
  readonly sortKey: number;
  readonly lane: Lane;
  /** The request that it acquires again. */
  readonly replayOf: string | undefined;
  /** Why it waits while it is open, where that holds for many requests at once. */
  blocked: WaitReason | undefined;
  /** Undefined where the rest of it is in the outcomes file. */
  live: LiveRequest | undefined;
  /** Whether some of its channels are missing or incomplete in the file; undefined: not known here. */
  incomplete: boolean | undefined;
  /** Whether it is settled as `recorded` only because the outcomes were lost. */
  withheld = false;
  /** Where the rest of it is; undefined for a request that is live, or only known in short. */
  place: LinePlace | undefined;
  /** Everything known of a request whose line can't be read again. */
  head: RequestHead | undefined;
  /** The last that was noted of it, where it failed more than once: its line has the first failure. */
  healed: HealingNote | undefined;
  private settledAs: RequestState | undefined;

  constructor(facts: Omit<RequestFacts, 'dispatch'>) {
    const { id, accepted, outputFile, sortKey, lane, replayOf } = facts;
    this.id = id;
    this.accepted = accepted;
    this.outputFile = outputFile;
    this.sortKey = sortKey;
    this.lane = lane;
    this.replayOf = replayOf;
  }

  get state(): RequestState {
    return this.live?.delivery.state ?? this.settledAs!;
  }

  /** Whether it failed, and is tried again by itself. */
  get isHealing(): boolean {
    return this.state === 'failed' && this.live?.delivery.healing !== undefined;
  }

  /** Of a request that is live. */
  get delivery(): Delivery {
    return this.live!.delivery;
  }

  set delivery(delivery: Delivery) {
    this.live!.delivery = delivery;
  }

  /** It is settled, and what is known of it stands in the outcomes file. */
  settle(state: RequestState): void {
    this.settledAs = state;
  }
}
