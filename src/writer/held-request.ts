import type { HeldState } from '../report/held.js';
import {
  type ParsedWriteRequest,
  outputFileOf,
  parseWriteRequest,
} from '../request/parse-write-request.js';
import type { WriteRequest } from '../request/write-request.js';
import type { Failure } from '../report/failure.js';
import type { BsreadTimestamp } from '../transport/bsread/bsread-message.js';
import { RequestAge } from './request-age.js';

/** A request that was accepted and has no outcome yet. */
export interface HeldRequest {
  readonly request: WriteRequest;
  /** What it asks for; undefined where that can't be understood. */
  readonly parsed?: ParsedWriteRequest;
  /** Why it can't. */
  readonly problem?: unknown;
  /** The file that it names, however broken the rest of it is; undefined if it names none. */
  readonly outputFile: string | undefined;
  /** How long ago it was made. */
  readonly age: RequestAge;
  /** A broker sent it; else it was handed over as a line of a trail. */
  readonly fromBroker: boolean;
  /** Which sending of the request it is, 1 for the first: the last one that came. */
  attempt: number;
  /** `received`: it waits for its time, its turn, a thread or the next try. */
  state: HeldState;
  /** Tries that were begun. */
  tries: number;
  /** Bytes and rows of the present try, or of the last. */
  bytes: number;
  rows: number;
  /** Why the last try came to nothing. */
  failure?: Failure;
}

/** How a broker sent a request. */
export interface Sending {
  /** When, by the broker's clock; undefined where it does not say. */
  readonly sent: BsreadTimestamp | undefined;
}

/** A request that just came. @param sending none for a line of a trail */
export function received(request: WriteRequest, sending?: Sending): HeldRequest {
  const attempt = attemptOf(request);
  const timestamp = Number.isFinite(request.timestamp) ? request.timestamp : 0;
  const age = RequestAge.atArrival(timestamp, sending?.sent);
  const fromBroker = sending !== undefined;
  const untouched = { state: 'received', tries: 0, bytes: 0, rows: 0 } as const;
  return { request, ...understood(request), age, fromBroker, attempt, ...untouched };
}

function understood(request: WriteRequest): Pick<HeldRequest, 'parsed' | 'problem' | 'outputFile'> {
  try {
    const parsed = parseWriteRequest(request);
    return { parsed, outputFile: parsed.outputFile };
  } catch (problem) {
    return { problem, outputFile: outputFileOf(request) };
  }
}

/** Which sending of the request this is; the first where it does not say. */
export function attemptOf({ attempt }: WriteRequest): number {
  return Number.isInteger(attempt) && attempt! > 0 ? attempt! : 1;
}

/** Whether it comes from a broker that sends what it heard nothing of again. */
export function maySendAgain({ request_id: id, attempt }: WriteRequest): boolean {
  return typeof id === 'string' && attempt !== undefined;
}
