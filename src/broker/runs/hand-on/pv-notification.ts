import type { PulseRange } from '../../../request/pulse-range.js';

/** Where an EPICS writer finds the values of PVs. */
export const RETRIEVAL_URL = 'https://data-api.psi.ch/sf';

/** What an EPICS writer is told over HTTP of a run's PVs. */
export interface PvNotification {
  /** The pulses that its PVs are asked for. */
  readonly range: PulseRange;
  /** What is known of the file, and its absolute name as `output_file`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly channels: readonly string[];
  readonly retrieval_url: string;
}
