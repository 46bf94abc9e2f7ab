import { isAbsolute, resolve } from 'node:path';
import type { Hdf5Library } from '../../hdf5/hdf5-library.js';
import { NO_FILE, OutputRoots } from '../../output/output-roots.js';
import { groupBy } from './group-by.js';
import { type OnDisk, type WrittenFile, lookAt } from './on-disk.js';
import type { RecordedRequest } from './recorded-requests.js';

/**
 * What the disk says of a request: its file is there and opens; its `.err` file is there; the output
 * file belongs to a newer request; neither; or it wanted no file.
 */
export type StateOnDisk = 'complete' | 'failed' | 'superseded' | 'lost' | 'skipped';

export interface RequestState {
  readonly request: RecordedRequest;
  readonly state: StateOnDisk;
  /** The output file, absolute; undefined where the request names none. */
  readonly path?: string;
  /** Why it is lost. */
  readonly reason?: string;
}

/** Clocks of file servers differ by so much, in seconds. */
const CLOCKS_DIFFER = 2;

/**
 * What became of requests, in their order, as far as the disk tells.
 *
 * @param requests oldest first; of several for one output file only the newest has to have one
 * @param outputRoots relative output files lie in the first writable one
 */
export async function requestStates(
  requests: readonly RecordedRequest[],
  outputRoots: readonly string[],
  library: Hdf5Library,
): Promise<RequestState[]> {
  const root = new OutputRoots(outputRoots).firstWritable();
  const pathOf = ({ outputFile }: RecordedRequest) => outputFile && absolute(outputFile, root);
  const states = new Map<RecordedRequest, RequestState>();
  for (const [path, sameFile] of groupBy(requests, pathOf)) {
    if (path === undefined || path === NO_FILE) {
      for (const request of sameFile) states.set(request, withoutFile(request, path));
      continue;
    }
    const disk = await lookAt(path, library);
    for (const request of sameFile) {
      states.set(request, { request, path, ...stateOf(request, sameFile, disk) });
    }
  }
  return requests.map((request) => states.get(request)!);
}

function absolute(outputFile: string, root: string): string {
  return isAbsolute(outputFile) ? resolve(outputFile) : resolve(root, outputFile);
}

function withoutFile(request: RecordedRequest, path: string | undefined): RequestState {
  return path === undefined
    ? { request, state: 'lost', reason: 'it names no output file' }
    : { request, state: 'skipped', path };
}

function stateOf(
  request: RecordedRequest,
  sameFile: readonly RecordedRequest[],
  { file, problem, failed }: OnDisk,
): Pick<RequestState, 'state' | 'reason'> {
  if (file && isOf(file, request, sameFile)) return { state: 'complete' };
  if (failed?.key === request.key) return { state: 'failed' };
  const newest = Math.max(
    file?.requestTimestamp ?? -Infinity,
    failed?.timestamp ?? -Infinity,
    sameFile.at(-1)!.timestamp,
  );
  if (newest > request.timestamp) return { state: 'superseded' };
  return { state: 'lost', reason: problem ?? 'the file is of an earlier request' };
}

/** A file that does not say so is of the newest request that was made before it. */
function isOf(
  { requestId, requestTimestamp, modified }: WrittenFile,
  request: RecordedRequest,
  sameFile: readonly RecordedRequest[],
): boolean {
  if (requestId !== undefined) return requestId === request.id;
  if (requestTimestamp !== undefined) return requestTimestamp === request.timestamp;
  return sameFile.findLast(({ timestamp }) => timestamp <= modified + CLOCKS_DIFFER) === request;
}
