import { requestIdsOfRetrieval } from './run-requests.js';
import type { Plan } from './plan.js';
import { pythonJson } from './python-json.js';
import type { JsonObject, Retrieval } from './retrieval.js';

/** Set by whoever keeps the metadata: clients post it again as it stands on disk. */
const KEPT_BY_US = [
  ...['beamline', 'run_number', 'request_time', 'acquisition_number'],
  ...['unique_acquisition_run_number', 'appended_directory_suffix'],
  ...['request_ids', 'files', 'not_written'],
];

/** The metadata of an acquisition, or in the flat layout of its run, as its file has it. */
export function metadataText(retrieval: Retrieval, plan: Plan): string {
  const isRun = retrieval.layout === 'run';
  return pythonJson(metadataOf(retrieval, plan), { indent: isRun ? 4 : 2, sorted: isRun });
}

/** Which acquisition a metadata file belongs to; no two have both alike. */
export function isMetadataOf(metadata: JsonObject, retrieval: Retrieval, plan: Plan): boolean {
  return (
    metadata.request_time === retrieval.requestTime &&
    metadata.unique_acquisition_run_number === plan.uniqueAcquisitionNumber
  );
}

function metadataOf(retrieval: Retrieval, plan: Plan): JsonObject {
  const isRun = retrieval.layout === 'run';
  const { pv_list, detectors } = plan.notWritten;
  return {
    ...requestOf(retrieval),
    beamline: retrieval.beamline,
    run_number: plan.runNumber,
    request_time: retrieval.requestTime,
    unique_acquisition_run_number: plan.uniqueAcquisitionNumber,
    ...(isRun && { acquisition_number: plan.acquisitionNumber }),
    ...(isRun && retrieval.suffix !== undefined && { appended_directory_suffix: retrieval.suffix }),
    request_ids: requestIdsOfRetrieval(retrieval),
    files: plan.files.map(({ path }) => path),
    ...((pv_list || detectors) && { not_written: plan.notWritten }),
  };
}

/** The request as it was posted, with what both systems put right in it before they keep it. */
function requestOf(retrieval: Retrieval): JsonObject {
  const { body, startPulseId, stopPulseId, channels, cameras, pvs } = retrieval;
  const lists = { channels_list: channels, camera_list: cameras, pv_list: pvs };
  const request: JsonObject = {
    ...body,
    start_pulseid: startPulseId,
    stop_pulseid: stopPulseId,
    ...Object.fromEntries(Object.entries(lists).filter(([name]) => Array.isArray(body[name]))),
  };
  for (const name of KEPT_BY_US) delete request[name];
  // What reads it makes a text of null, and looks for a folder of this name.
  if (request.directory_name === null) delete request.directory_name;
  return request;
}
