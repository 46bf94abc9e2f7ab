import { RequestError } from '../../request/errors.js';
import type { RequestState } from '../../report/request-state.js';
import { REMEMBERED } from '../ledger/ledger.js';

/** No request of this id is known. */
export class UnknownRequest extends RequestError {
  override readonly name = 'UnknownRequest';
  readonly code = 'unknown_request';

  constructor(readonly requestId: string) {
    super(
      `Request '${requestId.slice(0, 100)}' is not among the last ${REMEMBERED}: look for it with ` +
        `GET /requests, or an older one in the audit trail with sf-databuffer audit list.`,
    );
  }
}

/** The line of a request is in no file of the trail any more. */
export class LineNotFound extends RequestError {
  override readonly name = 'LineNotFound';
  readonly code = 'line_not_found';

  constructor(readonly requestId: string) {
    super(
      `The line of request '${requestId}' is neither in the audit trail nor in the files that it was ` +
        `rotated to: look for it in older copies with sf-databuffer audit list.`,
    );
  }
}

/** A request that a writer has, or may have, can't be cancelled. */
export class RequestUnderWay extends RequestError {
  override readonly name = 'RequestUnderWay';
  readonly code = 'request_under_way';

  constructor(
    readonly requestId: string,
    readonly state: RequestState,
  ) {
    super(
      `Request '${requestId}' is with a writer (${state}), so it is not cancelled: wait for its ` +
        `outcome with GET /requests/${requestId}.`,
    );
  }
}

/** A request that is settled can't be cancelled. */
export class RequestSettled extends RequestError {
  override readonly name = 'RequestSettled';
  readonly code = 'request_settled';

  /** @param state as people call it */
  constructor(
    readonly requestId: string,
    readonly state: string,
  ) {
    super(
      `Request '${requestId}' is ${state} already, and nothing more happens to it: there is ` +
        `nothing to cancel, see GET /requests/${requestId}.`,
    );
  }
}
