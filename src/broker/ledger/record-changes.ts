import type { WriteRequest } from '../../request/write-request.js';
import type { Held } from '../../report/held.js';
import { countsOf } from '../../report/count-channels.js';
import type { Failure } from '../../report/failure.js';
import type { WriteReport } from '../../report/write-report.js';
import type { Delivery } from '../delivery/delivery.js';
import { fieldsOf, requestFields } from '../request-fields.js';
import type { HistoryEntry, RequestHead, RequestRecord } from '../../report/request-record.js';
import type { RequestFacts } from './trail-requests.js';

/** Details of a change: which writer reported it, and what it said. */
export interface ChangeDetails {
  readonly writer?: string;
  readonly held?: Held;
  readonly report?: WriteReport;
  /** Why the request failed, if not at a writer. */
  readonly failure?: Failure;
}

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
  { id, accepted, outputFile, range }: RequestFacts,
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

/** The record after a change, with an entry more in its history. */
export function moved(
  record: RequestRecord,
  delivery: Delivery,
  details: ChangeDetails,
): RequestRecord {
  const time = Date.now() / 1000;
  const { writer, held, report } = details;
  const said = report ?? held;
  return {
    ...record,
    state: delivery.state,
    time,
    attempt: delivery.attempt,
    waits_for: delivery.waitsFor,
    writer_id: writer,
    failure: failureIn(details),
    bytes: said?.bytes,
    rows: said?.rows,
    history: [...record.history, entryOf(time, delivery, details)],
    ...(report && { ...countsOf(report), report }),
  };
}
