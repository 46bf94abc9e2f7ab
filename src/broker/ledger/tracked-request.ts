import type { LinePlace } from '../../audit/file-tail.js';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import type { RequestState } from '../../report/request-state.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { Delivery } from '../delivery/delivery.js';
import { firstRecord } from './record-changes.js';
import type { RecordedRequest } from './recorded-request.js';
import type { RequestFacts } from './trail-requests.js';

/**
 * Everything known of a request that is open, or whose outcome is not in the file yet. Its record is made
 * only when it is needed: at a start there may be very many requests.
 */
export class LiveRequest {
  delivery: Delivery;
  private known: RequestRecord | undefined;
  private readonly time = Date.now() / 1000;

  /** @param first its delivery when this broker heard of it */
  constructor(
    public recorded: RecordedRequest,
    private readonly first: Delivery,
  ) {
    this.delivery = first;
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

/** A request that the broker knows, in any state: a single object, which index and queue share. */
export class TrackedRequest {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly accepted: number;
  readonly outputFile: string | undefined;
  /** Sorts it among others; see {@link sortKeyOf}. */
  readonly sortKey: number;
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
  private settledAs: RequestState | undefined;

  constructor({ id, accepted, outputFile, sortKey }: Omit<RequestFacts, 'dispatch'>) {
    this.id = id;
    this.accepted = accepted;
    this.outputFile = outputFile;
    this.sortKey = sortKey;
  }

  get state(): RequestState {
    return this.live?.delivery.state ?? this.settledAs!;
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
