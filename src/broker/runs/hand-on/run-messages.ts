import { dirname, relative } from 'node:path';
import { adjustedRange } from '../../../runs/adjusted-range.js';
import { KINDS, type Plan, type PlannedFile } from '../../../runs/plan.js';
import type { Retrieval } from '../../../runs/retrieval.js';
import { generalOf } from '../../../runs/run-requests.js';
import { correlationIdOf } from '../../listeners/correlation-id.js';
import { detectorRange } from './detector-range.js';
import { type PvNotification, RETRIEVAL_URL } from './pv-notification.js';
import { type RequestMessage, requestMessage } from './request-message.js';

// What others are asked to write of a run. Asked again, a request has the same correlation id.

/** @param time seconds since the epoch */
export function pvMessage(retrieval: Retrieval, file: PlannedFile, time: number): RequestMessage {
  const tag = `epics_${retrieval.beamline}`;
  const body = { writer_type: tag, channels: retrieval.pvs, ...ofFile(retrieval, file, time) };
  const message = { kind: 'pvs', routingKey: tag, outputFile: file.path } as const;
  return requestMessage(message, body, time, correlationIdOf(retrieval.id, tag));
}

/**
 * One for each detector.
 *
 * @param time seconds since the epoch
 */
export function detectorMessages(
  retrieval: Retrieval,
  plan: Plan,
  time: number,
): { readonly detector: string; readonly message: RequestMessage }[] {
  return Object.keys(retrieval.detectors).flatMap((detector) => {
    const file = plan.files.find(({ kind }) => kind === detector);
    if (!file) return [];
    const body = {
      writer_type: 'detector_buffer',
      channels: detectorPart(retrieval, plan, file),
      ...ofFile(retrieval, file, time),
    };
    const message = {
      kind: 'detector',
      routingKey: 'detector.retrieve',
      outputFile: file.path,
    } as const;
    const id = correlationIdOf(retrieval.id, `detector ${detector}`);
    return [{ detector, message: requestMessage(message, body, time, id) }];
  });
}

/** The same for an EPICS writer that is called by HTTP. */
export function pvNotification(retrieval: Retrieval, file: PlannedFile): PvNotification {
  return {
    range: rangeOf(retrieval),
    parameters: { ...generalOf(retrieval), output_file: file.path },
    channels: retrieval.pvs,
    retrieval_url: RETRIEVAL_URL,
  };
}

/** The file that PVs are promised in. */
export function pvFile({ layout }: Retrieval, { files }: Plan): PlannedFile | undefined {
  return files.find(({ kind }) => kind === KINDS[layout].pvs);
}

function ofFile(retrieval: Retrieval, { path, logFile }: PlannedFile, time: number) {
  const { startPulseId, endPulseId } = rangeOf(retrieval);
  return {
    start_pulse_id: startPulseId,
    stop_pulse_id: endPulseId,
    output_file: path,
    run_log_file: logFile,
    metadata: generalOf(retrieval),
    timestamp: time,
  };
}

function detectorPart(retrieval: Retrieval, plan: Plan, { kind: detector, logFile }: PlannedFile) {
  const { startPulseId, stopPulseId, rateMultiplicator, selectedPulseIds } = retrieval;
  const range = detectorRange({ startPulseId, endPulseId: stopPulseId }, rateMultiplicator);
  return {
    det_start_pulse_id: range.startPulseId,
    det_stop_pulse_id: range.endPulseId,
    rate_multiplicator: rateMultiplicator,
    path_to_pgroup: `${plan.raw}/`,
    run_file_json: plan.metadataFile,
    run_info_directory: dirname(logFile),
    directory_name: relative(plan.raw, plan.runFolder),
    request_time: retrieval.requestTime,
    beamline: retrieval.beamline,
    pgroup: retrieval.pgroup,
    ...(selectedPulseIds && { selected_pulse_ids: selectedPulseIds }),
    detector_name: detector,
    detectors: { [detector]: retrieval.detectors[detector] },
  };
}

function rangeOf({ startPulseId, stopPulseId, rateMultiplicator }: Retrieval) {
  return adjustedRange({ startPulseId, endPulseId: stopPulseId }, rateMultiplicator);
}
