import { type PulseRange, isPulseId } from '../request/pulse-range.js';
import type { WriteRequest } from '../request/write-request.js';

interface Said {
  readonly outputFile: string | undefined;
  readonly range?: PulseRange;
}

/** The number of channels that a write request asks for; undefined where it has no list of them. */
export function channelsAskedBy({ data_api_request }: WriteRequest): number | undefined {
  const { channels } = objectIn(data_api_request);
  return Array.isArray(channels) ? channels.length : undefined;
}

interface Fields {
  readonly request_id: string | undefined;
  readonly output_file?: string;
  readonly start_pulse_id?: number;
  readonly stop_pulse_id?: number;
}

/** The fields of a write request in log lines and lists of requests; those that it lacks are undefined. */
export function requestFields({ request_id, parameters, data_api_request }: WriteRequest): Fields {
  const output_file = objectIn(parameters).output_file;
  const range = (objectIn(data_api_request).range ?? {}) as Record<string, unknown>;
  return {
    request_id,
    output_file: typeof output_file === 'string' ? output_file : undefined,
    start_pulse_id: pulseIdIn(range.startPulseId),
    stop_pulse_id: pulseIdIn(range.endPulseId),
  };
}

/** The same of a request whose texts were read before. */
export function fieldsOf({ outputFile, range }: Said): Omit<Fields, 'request_id'> {
  return {
    output_file: outputFile,
    start_pulse_id: range?.startPulseId,
    stop_pulse_id: range?.endPulseId,
  };
}

function objectIn(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function pulseIdIn(value: unknown): number | undefined {
  return isPulseId(value) ? value : undefined;
}
