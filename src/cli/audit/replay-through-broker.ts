import { setTimeout as sleep } from 'node:timers/promises';
import { isSettled } from '../../broker/delivery/delivery.js';
import type { RequestHead } from '../../broker/ledger/request-record.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { Hdf5Library } from '../../hdf5/hdf5-library.js';
import { requestKey } from '../../request/request-key.js';
import { type BrokerClient, BrokerRefused } from './broker-client.js';
import { inWindow } from './in-window.js';
import { isWritten } from './on-disk.js';
import type { ReplayResults } from './replay-results.js';
import type { RequestState } from './request-states.js';
import { readSelected } from './select-requests.js';

/** Requests that a broker has of one replay at a time: others shall not wait for all of it. */
const WINDOW = 32;
const FIRST_LOOK_MS = 100;
const LAST_LOOK_MS = 2000;

/**
 * Submits requests to a broker, which records them under new ids, and waits for their outcomes. What
 * the broker has not settled yet is waited for and not submitted.
 *
 * @throws BrokerAway; AbortError
 */
export function replayThroughBroker(
  selected: readonly RequestState[],
  broker: BrokerClient,
  results: ReplayResults,
  library: Hdf5Library,
  signal: AbortSignal,
): Promise<void> {
  return inWindow(readSelected(selected), WINDOW, signal, async ({ state, request }) => {
    let requestId: string | undefined;
    try {
      requestId = (await underWay(state.request.id, broker)) ?? (await submit(request, broker));
      results.submitted(state, requestId);
      const outcome = await outcomeOf(requestId, broker, signal);
      // A writer that does not report leaves the file to look at.
      const found =
        outcome.state === 'unconfirmed' &&
        state.path !== undefined &&
        isWritten(state.path, requestId, outcome.accepted, library);
      const end = found ? { state: 'written' } : outcome;
      results.add(state, { state: end.state, requestId, message: messageOf(outcome) });
    } catch (error) {
      if (!(error instanceof BrokerRefused)) throw error;
      results.add(state, { state: 'refused', requestId, message: error.message });
    }
  });
}

/** Requests of the Python implementation have no id: their file says by the key of which it is. */
function submit(request: WriteRequest, broker: BrokerClient): Promise<string> {
  return broker.submit({ ...request, request_id: requestKey(request) });
}

/** The id, where the broker has the request and has not settled it. */
async function underWay(id: string | undefined, broker: BrokerClient): Promise<string | undefined> {
  const head = id === undefined ? undefined : await broker.find(id);
  return head && !isSettled(head.state) ? id : undefined;
}

async function outcomeOf(id: string, broker: BrokerClient, signal: AbortSignal) {
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, LAST_LOOK_MS)) {
    await sleep(wait, undefined, { signal });
    const head = await broker.request(id);
    if (isSettled(head.state)) return head;
  }
}

function messageOf({ state, failure }: RequestHead): string | undefined {
  if (failure) return `${failure.message} [${failure.code}]`;
  if (state === 'unconfirmed') return "its writer does not report: see 'audit status' later";
  return state === 'recorded' ? 'the broker only records (--audit_trail_only)' : undefined;
}
