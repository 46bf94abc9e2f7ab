import { isIncomplete } from '../../report/count-channels.js';
import type { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { outputFileOf } from '../../request/parse-write-request.js';
import { requestKey } from '../../request/request-key.js';
import { identityOf } from '../../request/request-order.js';
import { type WriteRequest, requestIdsOf } from '../../request/write-request.js';
import type { AcquisitionRecord } from '../../runs/acquisition-record.js';
import { timeOfPython } from '../../runs/python-time.js';
import type { RunOnDisk } from '../../runs/run-on-disk.js';
import { isForRoot, requestsOfAcquisition } from '../../runs/run-requests.js';
import type { LocatedRequest } from './recorded-requests.js';
import { type FoundRequest, requestStates } from './request-states.js';

const CAMERAS = requestIdsOf('')[1];

/** The requests that a run's metadata stands for, and what is on disk of each. */
export interface RunRequests {
  readonly states: readonly FoundRequest[];
  readonly requestOf: (state: FoundRequest) => WriteRequest;
}

/**
 * The requests for the files of a run that writers write, by its metadata.
 *
 * @throws ReadingImpossible
 */
export async function requestsOfRun(
  run: RunOnDisk,
  outputRoots: readonly string[],
  reader: FileReader,
): Promise<RunRequests> {
  const requests = new Map<LocatedRequest, WriteRequest>();
  for (const acquisition of run.acquisitions) {
    for (const request of writeRequestsOf(acquisition)) {
      requests.set(located(acquisition, request), request);
    }
  }
  const nothing = { noted: new Map(), errorFiles: new Map() };
  const states = await requestStates([...requests.keys()], outputRoots, nothing, reader);
  return { states, requestOf: ({ request }) => requests.get(request)! };
}

/**
 * Whether a file that is there is not as it should be: channels are missing, failed or short, or it has them at
 * the wrong place.
 */
export function isDeficient({ state, misplaced, counts = {} }: FoundRequest): boolean {
  if (state !== 'complete') return false;
  return misplaced === true || isIncomplete({ channels_missing: 0, ...counts }) === true;
}

function writeRequestsOf(acquisition: AcquisitionRecord): WriteRequest[] {
  const [known] = acquisition.requestIds;
  const timestamp = timeOf(acquisition).getTime() / 1000;
  const id = known?.endsWith(CAMERAS) ? known.slice(0, -CAMERAS.length) : known;
  const composed = requestsOfAcquisition(acquisition, { id: id ?? '', timestamp });
  // Other systems' requests have no ids.
  return composed.map(({ request }) =>
    id === undefined ? { ...request, request_id: undefined } : request,
  );
}

function located(acquisition: AcquisitionRecord, request: WriteRequest): LocatedRequest {
  return {
    file: acquisition.metadataFile,
    lineNumber: 1,
    time: timeOf(acquisition),
    timestamp: request.timestamp,
    id: request.request_id,
    identity: identityOf(request),
    key: requestKey(request),
    replayOf: undefined,
    outputFile: outputFileOf(request),
    layout: isForRoot(acquisition, request) ? 'root' : undefined,
  };
}

/** Where the metadata has no time, the request counts as old: it replaces nothing that is newer. */
function timeOf({ requestTime }: AcquisitionRecord): Date {
  return timeOfPython(requestTime) ?? new Date(0);
}
