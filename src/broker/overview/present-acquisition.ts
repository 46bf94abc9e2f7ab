import type { Acquisition } from '../acquisition/acquisition.js';
import type { AcquisitionOverview, WholeAcquisition } from './replies.js';

/** The acquisition under way, in short. */
export function acquisitionOverview(acquisition: Acquisition): AcquisitionOverview {
  const { status, configuration, startPulseId, startTime, earlierStarts } = acquisition;
  const { id, parameters, outputFile, channels, time } = configuration ?? {};
  return {
    status,
    id,
    output_file: outputFile,
    instrument: parameters?.['general/instrument'],
    user: parameters?.['general/user'],
    channels: channels?.length,
    configured_at: time,
    start_pulse_id: startPulseId,
    started_at: startPulseId === undefined ? undefined : startTime,
    ...(earlierStarts.length > 0 && { earlier_starts: earlierStarts }),
  };
}

/** The same with all that was posted. */
export function wholeAcquisition(acquisition: Acquisition): WholeAcquisition {
  const { parameters, channels } = acquisition.configuration ?? {};
  return { ...acquisitionOverview(acquisition), parameters, channel_names: channels };
}
