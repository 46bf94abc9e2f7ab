import { type FieldProblem, RequestError } from '../../request/errors.js';
import { REMEMBERED } from '../ledger/ledger.js';

/** A question about requests that can't be answered as it stands. */
export class InvalidQuery extends RequestError {
  override readonly name = 'InvalidQuery';
  readonly code = 'invalid_query';

  constructor(readonly problems: readonly FieldProblem[]) {
    const list = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ');
    super(`The question is not understood: ${list}.`);
  }
}

/** No request of this id is known. */
export class UnknownRequest extends RequestError {
  override readonly name = 'UnknownRequest';
  readonly code = 'unknown_request';

  constructor(readonly requestId: string) {
    super(
      `There is no request '${requestId.slice(0, 100)}' among the last ${REMEMBERED}: look for it with ` +
        `GET /requests, or an older one in the audit trail with sf-databuffer audit list.`,
    );
  }
}
