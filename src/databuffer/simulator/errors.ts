import { type FieldProblem, RequestError } from '../../request/errors.js';
import { randomUUID } from 'node:crypto';

/** A data API request that can't be answered; names every field that is wrong. */
export class QueryRefused extends RequestError {
  override readonly name = 'QueryRefused';
  readonly code = 'invalid_query';

  constructor(readonly problems: readonly FieldProblem[]) {
    super(
      `The query can't be answered: ${problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')}.`,
    );
  }
}

/** An error as the data API words it. */
export function simulatorErrorBody(status: number, message: string): string {
  return JSON.stringify({ status, message, requestId: randomUUID() });
}
