import type { WriteRequest } from '../../request/write-request.js';
import type { Held } from '../../report/held.js';
import { countsOf, firstIncomplete } from '../../report/count-channels.js';
import type { Failure } from '../../report/failure.js';
import type { WriteReport } from '../../report/write-report.js';
import type { Delivery } from '../delivery/delivery.js';
import { channelsAskedBy, fieldsOf, requestFields } from '../request-fields.js';
import type { HistoryEntry, RequestHead, RequestRecord } from '../../report/request-record.js';
import { isSettled } from '../../report/request-state.js';
import type { RequestFacts } from './trail-requests.js';

/** Details of a change: which writer reported it, and what it said. */
export interface ChangeDetails {
  readonly writer?: string;
  readonly held?: Held;
  readonly report?: WriteReport;
  /** Why the request failed, if not at a writer. */
  readonly failure?: Failure;
  /** Why no error file is left for it, if not as its report says. */
  readonly noErrorFile?: string;
  /** When it is tried again at the latest, seconds since the epoch, where it heals. */
  readonly nextAttempt?: number;
}

/** Entries of a history that are kept of one that does not end: the first, and the newest. */
const FIRST_KEPT = 20;
const NEWEST_KEPT = 100;

/** The entry of a request in lists. */
export function withoutDetails({ history: _h, report: _r, ...head }: RequestRecord): RequestHead {
  return head;
}

/**
 * The record of a request that is new to this broker.
 *
 * @param request undefined where its line can't be read any more
 */
export function firstRecord(
  { id, accepted, outputFile, range, channelsAsked, lane }: RequestFacts,
  request: WriteRequest | undefined,
  delivery: Delivery,
  time: number,
): RequestRecord {
  const fields = range || !request ? fieldsOf({ outputFile, range }) : requestFields(request);
  return {
    request_id: id,
    state: delivery.state,
    time,
    accepted,
    sequence: request?.sequence,
    attempt: delivery.attempt,
    output_file: outputFile,
    start_pulse_id: fields.start_pulse_id,
    stop_pulse_id: fields.stop_pulse_id,
    replay_of: request?.replay_of,
    body_digest: request?.body_digest,
    lane,
    deaths: delivery.deaths,
    channels_asked: channelsAsked ?? (request && channelsAskedBy(request)),
    history: [entryOf(time, delivery)],
  };
}

function entryOf(
  time: number,
  { state, attempt }: Delivery,
  details: ChangeDetails = {},
): HistoryEntry {
  return { time, state, attempt, writer_id: details.writer, failure: failureIn(details) };
}

function failureIn({ failure, report, held }: ChangeDetails): Failure | undefined {
  return failure ?? report?.failure ?? held?.failure;
}

/** The record after a change, with an entry more in its history if there is news for it. */
export function moved(
  record: RequestRecord,
  delivery: Delivery,
  details: ChangeDetails,
): RequestRecord {
  const { state, attempt, healing } = delivery;
  const same = {
    ...record,
    first_failed: healing?.since ?? record.first_failed,
    failures: failuresOf(record, delivery),
    deaths: delivery.deaths ?? record.deaths,
    waits_for: delivery.waitsFor,
    stalled_at: delivery.stalledAt,
  };
  const isSame = state === record.state && attempt === record.attempt;
  if (isSame && Object.keys(details).length === 0) return same;
  const time = Date.now() / 1000;
  const { writer, held } = details;
  // Of an attempt that does not count it only matters why it failed.
  const report = isSettled(state) ? details.report : undefined;
  const said = report ?? held;
  return {
    ...same,
    state,
    time,
    attempt,
    next_attempt: state === 'failed' && healing ? details.nextAttempt : undefined,
    cancelled: delivery.cancelled,
    no_error_file: details.noErrorFile ?? report?.no_error_file,
    writer_id: writer,
    failure: failureIn(details),
    bytes: said?.bytes,
    rows: said?.rows,
    history: bounded([...record.history, entryOf(time, delivery, details)]),
    ...(report && {
      ...countsOf(report),
      file_bytes: report.file_bytes,
      seconds: report.seconds,
      incomplete_channels: firstIncomplete(report),
      report,
    }),
  };
}

/** The record of a request that a writer gave back without having begun it: as if it had not been sent. */
export function takenBack(record: RequestRecord, { state, attempt }: Delivery): RequestRecord {
  const history = record.history.filter(
    (entry) => entry.attempt <= attempt || isSettled(entry.state),
  );
  const time = Date.now() / 1000;
  return {
    ...record,
    state,
    attempt,
    time,
    history,
    writer_id: undefined,
    bytes: undefined,
    rows: undefined,
  };
}

/**
 * The record after a change of a request that has failed before. Its first report is kept: a failure says
 * as much again.
 */
export function movedAgain(
  record: RequestRecord,
  delivery: Delivery,
  details: ChangeDetails,
): RequestRecord {
  if (delivery.state !== 'failed') return moved(record, delivery, details);
  // Only its healing is over, or put off: it has not failed anew.
  if (record.state === 'failed') return { ...record, next_attempt: details.nextAttempt };
  const { writer, nextAttempt, report } = details;
  const noErrorFile = details.noErrorFile ?? report?.no_error_file;
  const failure = failureIn(details);
  return moved(record, delivery, { writer, nextAttempt, noErrorFile, failure });
}

function failuresOf({ failures }: RequestRecord, { state, healing }: Delivery): number | undefined {
  if (healing) return healing.failures;
  return failures !== undefined && state === 'failed' ? failures + 1 : failures;
}

function bounded(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  if (history.length <= FIRST_KEPT + NEWEST_KEPT) return history;
  return [...history.slice(0, FIRST_KEPT), ...history.slice(-NEWEST_KEPT)];
}
