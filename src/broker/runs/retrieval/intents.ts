import type { LogFields } from '../../../logging/log-fields.js';
import type { ComposedRequest } from '../../../request/write-request.js';
import {
  recordOf,
  requestIdsOfRetrieval,
  requestsOfAcquisition,
} from '../../../runs/run-requests.js';
import type { Answer, Intent } from './retrieval-line.js';

/**
 * The write requests of a retrieval: the same whenever they are made.
 *
 * @param dispatch whether they are to be sent
 */
export function requestsOf(
  { retrieval, plan, time }: Intent,
  dispatch: boolean,
): ComposedRequest[] {
  const options = { id: retrieval.id, timestamp: time, dispatch };
  return requestsOfAcquisition(recordOf(retrieval, plan), options);
}

/** What is answered, and remembered, of a retrieval that is recorded. */
export function answerOf({ retrieval, plan, time, digest }: Intent): Answer {
  const { pgroup, beamline, requestTime } = retrieval;
  const { runNumber, notWritten } = plan;
  return {
    recorded: retrieval.id,
    time,
    digest,
    reply: {
      status: 'ok',
      message: String(runNumber),
      run_number: String(runNumber),
      acquisition_number: String(plan.acquisitionNumber),
      unique_acquisition_number: String(plan.uniqueAcquisitionNumber),
      files: plan.files.map(({ path }) => path),
      request_ids: requestIdsOfRetrieval(retrieval),
      ...(Object.keys(notWritten).length > 0 && { not_written: notWritten }),
    },
    served: { pgroup, beamline, run_number: runNumber, request_time: requestTime },
  };
}

export function fieldsOfIntent({ retrieval, plan }: Intent): LogFields {
  return {
    pgroup: retrieval.pgroup,
    run_number: plan.runNumber,
    acquisition_number: plan.acquisitionNumber,
    request_id: retrieval.id,
    start_pulse_id: retrieval.startPulseId,
    stop_pulse_id: retrieval.stopPulseId,
  };
}
