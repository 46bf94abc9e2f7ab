import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHead } from '../../report/request-record.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { requestKey } from '../../request/request-key.js';
import { type BrokerClient, BrokerRefused } from './broker-client.js';
import { inWindow } from './in-window.js';
import { writtenFile } from './on-disk.js';
import { type ReplayResults, stateWith } from './replay-results.js';
import type { SelectedRequests } from './select-requests.js';
import { isSettled } from '../../report/request-state.js';

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
  selected: SelectedRequests,
  broker: BrokerClient,
  results: ReplayResults,
  { reader, force }: { readonly reader: FileReader; readonly force: boolean },
  signal: AbortSignal,
): Promise<void> {
  return inWindow(selected, WINDOW, signal, async ({ state, request }) => {
    let requestId: string | undefined;
    try {
      requestId =
        (await underWay(state.request.id, broker)) ?? (await submit(request, broker, force));
      results.submitted(state, requestId);
      const outcome = await outcomeOf(requestId, broker, signal);
      // A writer that does not report leaves the file to look at.
      const file =
        outcome.state === 'unconfirmed' && state.path !== undefined
          ? await writtenFile(state.path, requestId, outcome.accepted, reader)
          : undefined;
      const end = file
        ? stateWith('written', Number(file.hasRows))
        : stateWith(outcome.state, outcome.rows);
      results.add(state, { state: end, requestId, message: messageOf(outcome) });
    } catch (error) {
      if (!(error instanceof BrokerRefused)) throw error;
      results.add(state, { state: 'refused', requestId, message: error.message });
    }
  });
}

/** Requests of the Python implementation have no id: their files are known by
 * the key, or by the time. */
function submit(request: WriteRequest, broker: BrokerClient, force: boolean): Promise<string> {
  if (request.request_id !== undefined) return broker.submit(request, force);
  const key = { request_id: requestKey(request), replay_of_timestamp: request.timestamp };
  return broker.submit({ ...request, ...key }, force);
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

function messageOf({ state, failure, next_attempt, cancelled }: RequestHead): string | undefined {
  if (failure) {
    const why = `${failure.message} [${failure.code}]`;
    return next_attempt === undefined ? why : `${why}, the broker tries it again by itself`;
  }
  if (cancelled) return 'it was cancelled';
  if (state === 'unconfirmed') return "its writer does not report: see 'audit status' later";
  return state === 'recorded' ? 'the broker only records (--audit_trail_only)' : undefined;
}
