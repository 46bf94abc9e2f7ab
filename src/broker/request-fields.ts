import type { AcquisitionParameters } from '../request/acquisition-parameters.js';
import type { DataApiRequest, WriteRequest } from '../request/write-request.js';

/** What a log line says of a write request of ours. */
export function requestFields({ request_id, parameters, data_api_request }: WriteRequest) {
  const { output_file } = JSON.parse(parameters) as AcquisitionParameters;
  const { range } = JSON.parse(data_api_request) as DataApiRequest;
  return {
    request_id,
    output_file,
    start_pulse_id: range.startPulseId,
    stop_pulse_id: range.endPulseId,
  };
}
