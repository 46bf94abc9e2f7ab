import type { AcquisitionParameters } from '../../request/acquisition-parameters.js';
import type { RequestError } from '../../request/errors.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { NeverConfigured, StopBelowStart } from './errors.js';

/** All the words that DIA understands. */
export const STATUS_WORDS = ['stopped', 'configured', 'receiving'] as const;
export type AcquisitionStatus = (typeof STATUS_WORDS)[number];

/** An acquisition's parameters, with file name and channels settled when they were posted. */
export interface Configuration {
  /** The acquisition's id; its write requests carry it. */
  readonly id: string;
  /** As they were posted. */
  readonly parameters: AcquisitionParameters;
  /** The absolute name of the file to write. */
  readonly outputFile: string;
  /** Names of the channels to write, cameras included. */
  readonly channels: readonly string[];
}

/** The result of a stop. */
export type StopDecision =
  | { readonly action: 'nothing' }
  | {
      readonly action: 'acquire';
      readonly configuration: Configuration;
      readonly range: PulseRange;
    }
  | { readonly action: 'refuse'; readonly error: RequestError; readonly next: Acquisition };

/**
 * The state of the one acquisition that a broker has under way, and how each call changes it.
 *
 * Values of this class never change: a call gives the state that follows, or for a stop the
 * decision, and the caller moves on when that is on disk.
 */
export class Acquisition {
  static readonly NONE = new Acquisition();

  constructor(
    readonly configuration?: Configuration,
    readonly startPulseId?: number,
  ) {}

  get status(): AcquisitionStatus {
    if (!this.configuration) return 'stopped';
    return this.startPulseId === undefined ? 'configured' : 'receiving';
  }

  /** New parameters replace old ones; a start that is known stays, whichever came first. */
  configure(configuration: Configuration): Acquisition {
    return new Acquisition(configuration, this.startPulseId);
  }

  /** Another start replaces the first; the same again, of another detector, changes nothing. */
  start(pulseId: number): Acquisition {
    return pulseId === this.startPulseId ? this : new Acquisition(this.configuration, pulseId);
  }

  stop(pulseId: number): StopDecision {
    const { configuration, startPulseId } = this;
    if (startPulseId === undefined) return { action: 'nothing' };
    if (!configuration) {
      const error = new NeverConfigured(startPulseId, pulseId);
      return { action: 'refuse', error, next: Acquisition.NONE };
    }
    if (pulseId < startPulseId) {
      return { action: 'refuse', error: new StopBelowStart(startPulseId, pulseId), next: this };
    }
    return { action: 'acquire', configuration, range: { startPulseId, endPulseId: pulseId } };
  }
}
