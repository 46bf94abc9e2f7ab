import { backendOf } from '../request/channel.js';
import { exactJson } from '../request/exact-json.js';
import {
  type ComposedRequest,
  type WriteRequest,
  dataApiRequest,
  requestIdsOf,
} from '../request/write-request.js';
import type { AcquisitionRecord } from './acquisition-record.js';
import { adjustedRange } from './adjusted-range.js';
import { KINDS, type Plan } from './plan.js';
import type { Retrieval } from './retrieval.js';

/** What an acquisition's write requests say as their author. */
const PROCESS = 'sf_databuffer_writer.broker_manager';

/** The record of an acquisition that is being made. */
export function recordOf(retrieval: Retrieval, plan: Plan): AcquisitionRecord {
  const { id, layout, beamline, pgroup, requestTime, startPulseId, stopPulseId } = retrieval;
  return {
    layout,
    beamline,
    pgroup,
    runNumber: plan.runNumber,
    acquisitionNumber: plan.acquisitionNumber,
    uniqueAcquisitionNumber: plan.uniqueAcquisitionNumber,
    requestTime,
    startPulseId,
    stopPulseId,
    rateMultiplicator: retrieval.rateMultiplicator,
    userTag: retrieval.tag ?? null,
    channels: retrieval.channels,
    cameras: retrieval.cameras,
    pvs: retrieval.pvs,
    detectors: Object.keys(retrieval.detectors),
    ...(retrieval.selectedPulseIds && { selectedPulseIds: retrieval.selectedPulseIds }),
    files: plan.files,
    requestIds: requestIdsOfRetrieval({ ...retrieval, id }),
    notWritten: plan.notWritten,
    metadataFile: plan.metadataFile,
    metadata: retrieval.body,
  };
}

/** The ids of the write requests that a retrieval becomes. */
export function requestIdsOfRetrieval({ id, channels, cameras }: Retrieval): string[] {
  const [channelsId, camerasId] = requestIdsOf(id);
  return [...(channels.length > 0 ? [channelsId] : []), ...(cameras.length > 0 ? [camerasId] : [])];
}

/**
 * The write requests of an acquisition: one for its channels, one for its cameras. A part without any makes
 * none.
 *
 * @param options.id what the requests' ids are made of: the same id makes the same ones
 * @param options.timestamp seconds since the epoch
 */
export function requestsOfAcquisition(
  acquisition: AcquisitionRecord,
  options: { readonly id: string; readonly timestamp: number; readonly dispatch?: boolean },
): ComposedRequest[] {
  const { layout, startPulseId, stopPulseId, rateMultiplicator } = acquisition;
  const range = adjustedRange({ startPulseId, endPulseId: stopPulseId }, rateMultiplicator);
  const [channelsId, camerasId] = requestIdsOf(options.id);
  const kinds = KINDS[layout];
  const parts = [
    {
      id: channelsId,
      kind: kinds.channels,
      // A camera among the channels stays one, in their file.
      channels: acquisition.channels.map((name) => ({ name, backend: backendOf(name) })),
      isAtRoot: layout === 'run',
    },
    {
      id: camerasId,
      kind: kinds.cameras,
      channels: acquisition.cameras.map((name) => ({ name, backend: 'sf-imagebuffer' })),
      isAtRoot: true,
    },
  ];
  return parts.flatMap(({ id, kind, channels, isAtRoot }) => {
    const file = acquisition.files.find((each) => each.kind === kind);
    if (!file || channels.length === 0) return [];
    const request = {
      data_api_request: JSON.stringify(dataApiRequest(channels, range)),
      parameters: exactJson(parametersOf(acquisition, file.path)),
      timestamp: options.timestamp,
      request_id: id,
      lane: 'live' as const,
      ...(isAtRoot && { layout: 'root' as const }),
      log_file: file.logFile,
      ...(options.dispatch === false && { dispatch: false }),
    };
    return [{ request, outputFile: file.path, range, channelsAsked: channels.length }];
  });
}

/**
 * Whether a request's file has its channels at the wrong place if they are in `/data`. Other systems' flat runs
 * were also written by writers of this project that knew no other place.
 */
export function isForRoot(
  { layout, requestIds }: AcquisitionRecord,
  request: Pick<WriteRequest, 'layout'>,
): boolean {
  return request.layout === 'root' && (layout === 'run' || requestIds.length > 0);
}

function parametersOf(acquisition: AcquisitionRecord, outputFile: string): object {
  const { pgroup, selectedPulseIds } = acquisition;
  return {
    ...generalOf(acquisition),
    output_file: outputFile,
    pgroup,
    run_number: acquisition.runNumber,
    acquisition_number: acquisition.acquisitionNumber,
    ...(selectedPulseIds && { selected_pulse_ids: selectedPulseIds }),
  };
}

/** What every file of an acquisition says of itself, in the facility's keys. */
export function generalOf({
  requestTime,
  pgroup,
  beamline,
}: Pick<AcquisitionRecord, 'requestTime' | 'pgroup' | 'beamline'>) {
  return {
    'general/created': requestTime ?? '',
    'general/user': pgroup.slice(1, 6),
    'general/process': PROCESS,
    'general/instrument': beamline,
  };
}
