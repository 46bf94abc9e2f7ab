import type { AbandonedAcquisition, AbandonedHead } from '../../audit/abandoned-line.js';
import type { AcquisitionParameters } from '../../request/acquisition-parameters.js';
import type { Integer } from '../../request/integer.js';
import type { AcquisitionStatus } from './acquisition.js';

/** The state of the acquisition, which every reply with a body has. */
export interface StatusReply {
  readonly state: 'ok';
  readonly status: AcquisitionStatus;
}

export interface ParametersReply extends StatusReply {
  /** @example 'configured' */
  readonly status: AcquisitionStatus;
  /** As they were posted, unknown keys included. */
  readonly parameters: AcquisitionParameters;
}

export const ACQUISITION_STATES = ['abandoned', 'completed'] as const;
/** `completed`: it got its stop later, and became write requests. */
export type AcquisitionState = (typeof ACQUISITION_STATES)[number];

/** The pulses of an acquisition whose stop came late. */
export interface CompletedPulses {
  /** @example 1000 */
  readonly start_pulse_id: Integer;
  /** @example 1299 */
  readonly stop_pulse_id: Integer;
  /** When the call came, seconds since the epoch. @example 1795515300.5 */
  readonly time: number;
}

export interface AcquisitionHead extends AbandonedHead {
  /** @example 'abandoned' */
  readonly state: AcquisitionState;
  readonly completed?: CompletedPulses;
}

export interface AcquisitionRecord extends AcquisitionHead, AbandonedAcquisition {}

export interface AcquisitionsReply extends StatusReply {
  /** Newest first. */
  readonly acquisitions: readonly AcquisitionHead[];
}

export interface AcquisitionReply extends StatusReply {
  readonly acquisition: AcquisitionRecord;
}

export interface CompletionReply extends StatusReply {
  /**
   * Of its channels, and of its cameras, where it has any.
   *
   * @example ['0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e']
   */
  readonly request_ids: readonly string[];
}
