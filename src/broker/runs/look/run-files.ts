import type { RequestHead } from '../../../report/request-record.js';
import { isSettled } from '../../../report/request-state.js';

/** Whether nothing more becomes of a request by itself. */
export function isEnd({ state, next_attempt }: RequestHead): boolean {
  return isSettled(state) && next_attempt === undefined;
}
