import type { EarlierStart } from '../../audit/abandoned-line.js';
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
  /** When they were posted, seconds since the epoch. Unknown where an earlier release saved them. */
  readonly time?: number;
}

/** How many starts that others replaced are kept. */
const MAX_EARLIER_STARTS = 100;

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
    /** When that start came, seconds since the epoch. Unknown where an earlier release saved it. */
    readonly startTime?: number,
    /** Starts that it replaced, oldest first. */
    readonly earlierStarts: readonly EarlierStart[] = [],
  ) {}

  get status(): AcquisitionStatus {
    if (!this.configuration) return 'stopped';
    return this.startPulseId === undefined ? 'configured' : 'receiving';
  }

  /** New parameters replace old ones; a start that is known stays, whichever came first. */
  configure(configuration: Configuration): Acquisition {
    return new Acquisition(configuration, this.startPulseId, this.startTime, this.earlierStarts);
  }

  /**
   * Another start replaces the first; the same again, of another detector, changes nothing.
   *
   * @param time seconds since the epoch
   */
  start(pulseId: number, time: number): Acquisition {
    const { configuration, startPulseId, startTime = time, earlierStarts } = this;
    if (pulseId === startPulseId) return this;
    const replaced =
      startPulseId === undefined ? [] : [{ start_pulse_id: startPulseId, time: startTime }];
    const earlier = [...earlierStarts, ...replaced]
      .filter(({ start_pulse_id }) => start_pulse_id !== pulseId)
      .slice(-MAX_EARLIER_STARTS);
    return new Acquisition(configuration, pulseId, time, earlier);
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
