import { isAbsolute, resolve } from 'node:path';
import type { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { NO_FILE, OutputRoots } from '../../filesystem/output-roots.js';
import type { ChannelCounts } from '../../report/channel-counts.js';
import { isNewer } from '../../request/request-order.js';
import { groupBy } from './group-by.js';
import type { LeftBehind } from './left-behind.js';
import type { NotedOutcome } from './noted-outcomes.js';
import { type FailedRequest, type OnDisk, type OutputOnDisk, lookAt } from './on-disk.js';
import type { LocatedRequest } from './recorded-requests.js';

/**
 * The state of a request on disk: its file is there and opens; it is there, and no channel has a
 * row; its `.err` file is there; the output file belongs to a newer request; neither; or it wanted no
 * file. Where it has none: it was cancelled.
 */
export type StateOnDisk =
  'complete' | 'empty' | 'failed' | 'superseded' | 'lost' | 'skipped' | 'cancelled';

export interface FoundRequest {
  readonly request: LocatedRequest;
  readonly state: StateOnDisk;
  /** The output file, absolute; undefined where the request names none. */
  readonly path?: string;
  /** Why it is failed or lost. */
  readonly reason?: string;
  /** Outcomes of its channels, as far as the file and the broker's notes tell. */
  readonly counts?: ChannelCounts;
  /** Whether its channels are in `/data`, though they were asked for at the root. */
  readonly misplaced?: boolean;
  /** When the broker tries a failed one again by itself, seconds since the epoch, at the latest. */
  readonly nextAttempt?: number;
  /** Where a failed request was left. */
  readonly errorFile?: string;
}

/** Clocks of file servers differ by so much, in seconds. */
const CLOCKS_DIFFER = 2;

/**
 * States of requests, in their order, as far as the disk and the broker's notes tell.
 *
 * @param requests oldest first; of several for one output file only the newest has to have one
 * @param outputRoots relative output files lie in the first writable one
 */
export async function requestStates(
  requests: readonly LocatedRequest[],
  outputRoots: readonly string[],
  left: LeftBehind,
  reader: FileReader,
): Promise<FoundRequest[]> {
  const root = new OutputRoots(outputRoots).firstWritable();
  const pathOf = ({ outputFile }: LocatedRequest) => outputFile && absolute(outputFile, root);
  const states = new Map<LocatedRequest, FoundRequest>();
  for (const [path, sameFile] of groupBy(requests, pathOf)) {
    if (path === undefined || path === NO_FILE) {
      for (const request of sameFile) states.set(request, withoutFile(request, path, left));
      continue;
    }
    const disk = await lookAt(path, reader);
    for (const request of sameFile) {
      states.set(request, { request, path, ...stateOf(request, sameFile, disk, left) });
    }
  }
  return requests.map((request) => states.get(request)!);
}

function absolute(outputFile: string, root: string): string {
  return isAbsolute(outputFile) ? resolve(outputFile) : resolve(root, outputFile);
}

function withoutFile(
  request: LocatedRequest,
  path: string | undefined,
  left: LeftBehind,
): FoundRequest {
  if (path !== undefined) return { request, state: 'skipped', path };
  const reason = 'it names no output file';
  const errorFile = left.errorFiles.get(request.key);
  return errorFile === undefined
    ? { request, state: 'lost', reason }
    : { request, state: 'failed', reason, errorFile };
}

function stateOf(
  request: LocatedRequest,
  sameFile: readonly LocatedRequest[],
  { file, problem, failed }: OnDisk,
  { noted, errorFiles }: LeftBehind,
): Pick<FoundRequest, 'state' | 'reason' | 'errorFile' | 'counts' | 'misplaced' | 'nextAttempt'> {
  const outcome = request.id === undefined ? undefined : noted.get(request.id);
  const hasFailed = failed !== undefined && isInErrorFile(request, failed);
  // A writer that leaves no id in its file writes in place: an .err beside it was written later.
  const isDone = !(hasFailed && file?.requestId === undefined);
  if (file && isDone && isOf(file, request, sameFile)) {
    const state = file.hasRows ? 'complete' : 'empty';
    const misplaced = request.layout === 'root' && file.layout === 'data';
    return {
      state,
      counts: { ...outcome?.counts, ...file.counts },
      ...(misplaced && { misplaced }),
    };
  }
  const why = outcome?.failure && `${outcome.failure.message} [${outcome.failure.code}]`;
  const ownErrorFile = hasFailed ? failed.path : errorFiles.get(request.key);
  if (outcome?.cancelled) return { state: 'cancelled', errorFile: ownErrorFile };
  const nextAttempt = outcome?.nextAttempt;
  if (hasFailed) return { state: 'failed', reason: why, errorFile: failed.path, nextAttempt };
  const newest = sameFile.at(-1)!;
  const others = [file?.identity, failed?.identity, newest.identity];
  const now = Date.now() / 1000;
  const isOlder = others.some((other) => other && isNewer(other, request.identity, now));
  if (isOlder || isPlacedBehind(newest, request)) {
    return { state: 'superseded' };
  }
  if (ownErrorFile !== undefined || outcome?.state === 'failed') {
    const errorFile = ownErrorFile ?? outcome?.errorFile;
    return { state: 'failed', reason: why, errorFile, nextAttempt };
  }
  const reason = problem ?? 'the file is of an earlier request';
  return {
    state: 'lost',
    reason: [outcome && wordsFor(outcome), reason].filter(Boolean).join(', '),
  };
}

/** Whether a request has a sequence, and stands behind one that a release without sequences recorded. */
function isPlacedBehind(one: LocatedRequest, other: LocatedRequest): boolean {
  const { sequence } = one.identity;
  if (sequence === undefined || other.identity.sequence !== undefined) return false;
  return one.file === other.file && one.lineNumber > other.lineNumber;
}

/** The broker's note about a request that has no file all the same. */
function wordsFor({ state }: NotedOutcome): string | undefined {
  switch (state) {
    case 'sent':
      return 'sent to a writer, not settled so far';
    case 'written':
      return 'it was written';
    case 'unconfirmed':
      return 'taken by a writer that does not report';
    case 'recorded':
      return 'only recorded, not sent';
    default:
      return undefined;
  }
}

/** An `.err` file of the Python implementation has no id, and tells the request by its time. */
function isInErrorFile(request: LocatedRequest, failed: FailedRequest): boolean {
  if (failed.key === request.key) return true;
  return failed.id === undefined && failed.timestamp === request.timestamp;
}

/** A file that does not say so is of the newest request that was made before it. */
function isOf(
  { requestId, replayOf, requestTimestamp, modified }: OutputOnDisk,
  request: LocatedRequest,
  sameFile: readonly LocatedRequest[],
): boolean {
  const ids = [request.key, request.replayOf];
  if ([requestId, replayOf].some((id) => id !== undefined && ids.includes(id))) return true;
  if (requestId !== undefined) return false;
  if (requestTimestamp !== undefined) return requestTimestamp === request.timestamp;
  return sameFile.findLast(({ timestamp }) => timestamp <= modified + CLOCKS_DIFFER) === request;
}
