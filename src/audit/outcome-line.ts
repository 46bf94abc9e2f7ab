import { countsOf } from '../report/count-channels.js';
import type { WriteRequest } from '../request/write-request.js';
import type { Failure } from '../report/failure.js';
import type { RequestHead, RequestRecord } from '../report/request-record.js';

/** A line of the outcomes file: a request is settled. */
export interface SettledLine {
  readonly head: RequestHead;
}

/**
 * The other lines: a request is sent; a broker started; a writer said hello for the first time; a
 * request whose trail was moved away; one that is sent again once it is written (`doubted`); one
 * that was withheld and is to be delivered after all (`recovered`).
 * Brokers of releases that don't know one of them skip it.
 *
 * A carried request with `reopened` is sent again although it was written; the number says how often it had
 * been sent.
 *
 * `started` is when the trail had last been written, in seconds since the epoch, for earlier releases;
 * `known` are the marks of the moved trails that had been read by then.
 */
export type NoteLine =
  | { readonly hello: string }
  | SentNote
  | { readonly started: number; readonly known?: readonly string[] }
  | { readonly carried: WriteRequest; readonly reopened?: number }
  | { readonly doubted: string }
  | { readonly recovered: string }
  | HealingNote
  | DeathNote;

/** A request is sent, or was given back. */
export interface SentNote {
  readonly request_id: string;
  /** How often it has been sent. */
  readonly sent: number;
  /** Whether its queue has it, until it is acknowledged; false where a writer took it off; undefined: not known. */
  readonly kept?: boolean;
}

/** A request that heals failed again, or its healing is over: what its settled line does not say. */
export interface HealingNote {
  /** Id of the request. */
  readonly healing: string;
  readonly attempt: number;
  /** When it failed, seconds since the epoch. */
  readonly time: number;
  readonly failures: number;
  /** Undefined where it is not tried again. */
  readonly next_attempt?: number;
  /** Where it differs from that of its settled line. */
  readonly failure?: Failure;
}

/** A writer's process died while it wrote a request. */
export interface DeathNote {
  /** Id of the request. */
  readonly died: string;
  /** Unique for each death. */
  readonly death: string;
}

/**
 * What is known of a request that heals or healed: its settled line is that of its first failure, and the
 * note is newer. Unchanged where it is not, as the request came into another state since.
 */
export function afterNote<T extends RequestHead>(head: T, note: HealingNote | undefined): T {
  if (!note || head.state !== 'failed' || note.attempt < head.attempt) return head;
  const { attempt, time, failures, next_attempt, failure = head.failure } = note;
  return { ...head, attempt, time, failures, next_attempt, failure };
}

/** @param told the failure that its settled line has */
export function healingNote(record: RequestHead, told: Failure | undefined): HealingNote {
  const { request_id: healing, attempt, time, failures = 1, next_attempt, failure } = record;
  const isTold = failure?.code === told?.code && failure?.message === told?.message;
  return { healing, attempt, time, failures, next_attempt, failure: isTold ? undefined : failure };
}

const NOTES = ['sent', 'started', 'carried', 'hello', 'doubted', 'recovered', 'healing', 'died'];
const DETAIL = ',"detail":';

/**
 * The line of a settled request, without its end. The fields that lists need come first, so that an index
 * can be made without parsing the rest.
 */
export function settledLine({ history, report, ...head }: RequestRecord): string {
  const front = JSON.stringify(head).slice(0, -1);
  return `${front}${DETAIL}${JSON.stringify({ history, report })}}`;
}

/** The beginning of a line, parsed; undefined for a line that is torn or not ours. */
export function readOutcomeLine(line: Buffer): SettledLine | NoteLine | undefined {
  // In a JSON text these characters can't be inside a string: its quotes would be escaped.
  const detail = line.indexOf(DETAIL);
  const front = detail < 0 ? line.toString() : `${line.toString('utf8', 0, detail)}}`;
  try {
    const value = JSON.parse(front) as Record<string, unknown> | null;
    if (typeof value !== 'object' || value === null) return undefined;
    if (typeof value.state === 'string' && typeof value.request_id === 'string') {
      return detail < 0 || !line.subarray(-1).equals(CLOSED) ? undefined : { head: value as never };
    }
    return NOTES.some((key) => key in value) ? (value as never) : undefined;
  } catch {
    return undefined;
  }
}

const CLOSED = Buffer.from('}');

/** The whole record that a settled line holds; undefined where it is damaged. */
export function parseSettledLine(text: string): RequestRecord | undefined {
  try {
    const { detail, ...head } = JSON.parse(text) as RequestHead & { detail: object };
    const record = { ...head, ...detail } as RequestRecord;
    // Older lines have the counts of channels only in the report.
    return record.report ? { ...countsOf(record.report), ...record } : record;
  } catch {
    return undefined;
  }
}
