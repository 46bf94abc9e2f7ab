import { isImageChannel } from '../../request/channel.js';
import { InvalidWriteRequest } from '../../request/errors.js';
import {
  type ParsedWriteRequest,
  outputFileOf,
  parseWriteRequest,
} from '../../request/parse-write-request.js';
import type { WriteRequest } from '../../request/write-request.js';

/** A write request as the facility's programs know it: the body of all messages about it. */
export interface FacilityRequest {
  /** `imagebuffer` for cameras, `data3buffer` for all other channels. */
  readonly writer_type: 'data3buffer' | 'imagebuffer';
  readonly channels: readonly string[];
  /** Null where it is asked for by time. */
  readonly start_pulse_id: number | null;
  readonly stop_pulse_id: number | null;
  readonly output_file: string | null;
  /** Null where the request names none. */
  readonly run_log_file: string | null;
  /** Null where the request says nothing of it. */
  readonly metadata: Readonly<
    Record<'general/created' | 'general/instrument' | 'general/process' | 'general/user', string>
  > | null;
  /** When it was made, seconds since the epoch. */
  readonly timestamp: number;
}

/** A write request in the facility's words; as far as it can be understood. */
export function facilityRequest(request: WriteRequest): FacilityRequest {
  const parsed = parsedIfValid(request);
  const channels = parsed?.channels ?? [];
  const hasImages = channels.length > 0 && channels.every(isImageChannel);
  const { startPulseId = null, endPulseId = null } = parsed?.pulseRange ?? {};
  return {
    writer_type: hasImages ? 'imagebuffer' : 'data3buffer',
    channels: channels.map(({ name }) => name),
    start_pulse_id: startPulseId,
    stop_pulse_id: endPulseId,
    output_file: parsed?.outputFile ?? outputFileOf(request) ?? null,
    run_log_file: parsed?.logFile ?? null,
    metadata: parsed ? metadataOf(parsed) : null,
    timestamp: request.timestamp,
  };
}

/** One from a trail of years ago may be beyond understanding: that it failed is told all the same. */
function parsedIfValid(request: WriteRequest): ParsedWriteRequest | undefined {
  try {
    return parseWriteRequest(request);
  } catch (error) {
    if (error instanceof InvalidWriteRequest) return undefined;
    throw error;
  }
}

function metadataOf({ general }: ParsedWriteRequest): FacilityRequest['metadata'] {
  if (Object.values(general).every((text) => text === '')) return null;
  return {
    'general/created': general.created,
    'general/instrument': general.instrument,
    'general/process': general.process,
    'general/user': general.user,
  };
}
