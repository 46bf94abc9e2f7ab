import { exactJson, parseExactJson } from '../request/exact-json.js';
import type { AcquisitionParameters } from '../request/acquisition-parameters.js';
import type { Integer } from '../request/integer.js';
import { isPulseId } from '../request/pulse-range.js';

/** A start that another one replaced. */
export interface EarlierStart {
  /** @example 998 */
  readonly start_pulse_id: Integer;
  /** When it came, seconds since the epoch. @example 1795511700.25 */
  readonly time: number;
}

/** How an acquisition was abandoned: by `GET /stop`, or by parameters that replaced its own. */
export const ABANDONED_BY = ['given_up', 'parameters_replaced'] as const;

/** When things happened to an acquisition, seconds since the epoch. For people: nothing is decided by them. */
export interface AcquisitionTimes {
  /** When its parameters came. @example 1795511698.5 */
  readonly parameters?: number;
  /** When its start came. @example 1795511700.75 */
  readonly start?: number;
  /** When it was abandoned. @example 1795511760.5 */
  readonly abandoned: number;
}

/** What lists say of an acquisition that was abandoned while it was receiving. */
export interface AbandonedHead {
  /** Its write requests would have it. @example '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e' */
  readonly id: string;
  /** The absolute name of its file. @example '/sf/data/run_0001.h5' */
  readonly output_file: string;
  /** The last one that came. @example 1000 */
  readonly start_pulse_id: Integer;
  /** Starts before that, oldest first: of several detectors each may send one. */
  readonly earlier_starts: readonly EarlierStart[];
  readonly times: AcquisitionTimes;
  readonly why: (typeof ABANDONED_BY)[number];
}

/** All that is kept of it, so that it can be completed. */
export interface AbandonedAcquisition extends AbandonedHead {
  /** As they were posted. */
  readonly parameters: AcquisitionParameters;
  /**
   * Names of the channels to write, cameras included.
   *
   * @example ['SIMULATOR-SCALAR-FLOAT64-1', 'SIMULATOR-WAVEFORM-FLOAT32-1024-1']
   */
  readonly channels: readonly string[];
}

/** An abandoned acquisition was completed: it became write requests after all. */
export interface CompletedNote {
  /** Its id. */
  readonly completed: string;
  readonly start_pulse_id: Integer;
  readonly stop_pulse_id: Integer;
  /** Seconds since the epoch. */
  readonly time: number;
}

/** A line of `<audit_file>.abandoned`, without its end. */
export function abandonedLine(content: AbandonedAcquisition | CompletedNote): string {
  return exactJson(content);
}

/** What such a line says; undefined for one that is torn or not ours. */
export function readAbandonedLine(line: Buffer): AbandonedAcquisition | CompletedNote | undefined {
  try {
    const value = parseExactJson(line.toString()) as Partial<AbandonedAcquisition & CompletedNote>;
    if (typeof value.completed === 'string') {
      const isRange = isPulseId(value.start_pulse_id) && isPulseId(value.stop_pulse_id);
      return isRange && typeof value.time === 'number' ? (value as CompletedNote) : undefined;
    }
    return isAcquisition(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isAcquisition(value: Partial<AbandonedAcquisition>): value is AbandonedAcquisition {
  const { id, output_file, start_pulse_id, earlier_starts, times, why, parameters, channels } =
    value;
  return (
    typeof id === 'string' &&
    typeof output_file === 'string' &&
    isPulseId(start_pulse_id) &&
    Array.isArray(earlier_starts) &&
    earlier_starts.every(isEarlierStart) &&
    typeof times?.abandoned === 'number' &&
    typeof why === 'string' &&
    typeof parameters === 'object' &&
    parameters !== null &&
    Array.isArray(channels) &&
    channels.every((name) => typeof name === 'string')
  );
}

/** Whether a value that was read is a start, as far as something depends on it. */
export function isEarlierStart(value: Partial<EarlierStart> | null): value is EarlierStart {
  return isPulseId(value?.start_pulse_id) && typeof value?.time === 'number';
}
