import { Subject } from 'rxjs';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import type { RequestState } from '../../report/request-state.js';
import { withoutDetails } from './record-changes.js';

/** A change in what is known of a request. */
export interface RequestChange {
  readonly kind: 'state' | 'progress';
  readonly head: RequestHead;
  /** Its state until now; undefined for a new request. */
  readonly before?: RequestState;
}

/** Tells of changes in what is known of requests. */
export class RequestChanges {
  private readonly changed = new Subject<RequestChange>();
  /** Every change of a state, and progress. */
  readonly all = this.changed.asObservable();

  tell(kind: RequestChange['kind'], record: RequestRecord, before?: RequestState): void {
    this.changed.next({ kind, head: withoutDetails(record), before });
  }

  close(): void {
    this.changed.complete();
  }
}
