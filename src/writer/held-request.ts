import type { HeldState, HeldWait } from '../report/held.js';
import { InvalidWriteRequest } from '../request/errors.js';
import { type ParsedWriteRequest, parseWriteRequest } from '../request/parse-write-request.js';
import { type RequestIdentity, identityOf } from '../request/request-order.js';
import { type Handling, handlingOf } from '../request/handling.js';
import type { WriteRequest } from '../request/write-request.js';
import type { Failure } from '../report/failure.js';
import type { MessageFacts } from '../transport/message-server.js';
import { failedName } from './error-files/failed-folder.js';
import { RequestAge } from './request-age.js';

const PATIENCE_MS = 500;

/** A request that was accepted and has no outcome yet. */
export interface HeldRequest {
  /** As it came. All that the writer needs to know of it has been read when it came. */
  readonly request: WriteRequest;
  readonly identity: RequestIdentity;
  /** Its contents; undefined where they can't be understood. */
  readonly parsed?: ParsedWriteRequest;
  /** Why it is not valid. */
  readonly problem?: unknown;
  /** The file that it names, however broken the rest of it is; undefined if it names none. */
  readonly outputFile: string | undefined;
  /** The name of its error file in `failed/`. */
  readonly leftAs: string;
  /** Whether its broker sends it again when it hears nothing of it. */
  readonly isSentAgain: boolean;
  /** How long ago it was made. */
  readonly age: RequestAge;
  /** A broker sent it; else it was handed over as a line of a trail. */
  readonly fromBroker: boolean;
  /** How its broker wants it to be carried out; undefined for an older broker, or a line of a trail. */
  readonly handling?: Handling;
  /** Which sending of the request it is, 1 for the first: the last one that came. */
  attempt: number;
  /** `received`: it waits for its time, its turn, a thread or the next try. */
  state: HeldState;
  /** What it waits for, where it does. */
  waitsFor: HeldWait | undefined;
  /** How long it may wait for its turn and for a slot, ms; then it is given back. */
  patience: number;
  /** Tries that were begun. */
  tries: number;
  /** Bytes and rows of the present try, or of the last. */
  bytes: number;
  rows: number;
  /** Bytes of the file of the present try, or of the last. */
  fileBytes?: number;
  /** Why the last try came to nothing. */
  failure?: Failure;
}

/** How a broker sent a request, and how it came through its queue. */
export type Sending = Pick<MessageFacts, 'sent' | 'redeliveries' | 'wasDead'>;

/** A request that just came. @param sending none for a line of a trail */
export function received(sent: WriteRequest, sending?: Sending): HeldRequest {
  const handling = sending && isSentAgain(sent) ? handlingOf(sent) : undefined;
  const request = asRecorded(sent, handling);
  const attempt = attemptOf(request);
  const timestamp = Number.isFinite(request.timestamp) ? request.timestamp : 0;
  const age = RequestAge.atArrival(timestamp, sending?.sent);
  return {
    request,
    ...understood(request),
    identity: identityOf(request),
    leftAs: failedName(request),
    isSentAgain: isSentAgain(request),
    age,
    fromBroker: sending !== undefined,
    handling,
    attempt,
    state: 'received',
    waitsFor: 'slot',
    patience: PATIENCE_MS,
    tries: 0,
    bytes: 0,
    rows: 0,
  };
}

/** As its line in the trail has it, which an error file repeats. */
function asRecorded(request: WriteRequest, handling: Handling | undefined): WriteRequest {
  const { recorded_lane: lane } = handling ?? {};
  return lane === undefined ? request : { ...request, lane };
}

function understood(request: WriteRequest): Pick<HeldRequest, 'parsed' | 'problem' | 'outputFile'> {
  try {
    const parsed = parseWriteRequest(request);
    return { parsed, outputFile: parsed.outputFile };
  } catch (problem) {
    const outputFile = problem instanceof InvalidWriteRequest ? problem.outputFile : undefined;
    return { problem, outputFile };
  }
}

/** Which sending of the request this is; the first where it does not say. */
export function attemptOf({ attempt }: WriteRequest): number {
  return Number.isInteger(attempt) && attempt! > 0 ? attempt! : 1;
}

/** Whether its data was to be had before: what is missing now is gone, and waiting for it is of no use. */
export function isAskedAgain({
  parsed,
  handling,
}: Pick<HeldRequest, 'parsed' | 'handling'>): boolean {
  return parsed?.replayOf !== undefined || handling?.healing === true;
}

/** Whether its broker sends it again when it hears nothing of it: such a broker numbers its attempts. */
export function isSentAgain({ request_id: id, attempt }: WriteRequest): boolean {
  return typeof id === 'string' && attempt !== undefined;
}
