import 'reflect-metadata';
import { IsInt, IsOptional, Min } from 'class-validator';
import type { Integer } from '../request/integer.js';
import type { Incompleteness } from './incompleteness.js';

/** A channel that was asked for and is not, or not wholly, in the file. */
export interface IncompleteChannel {
  readonly name: string;
  readonly why: Incompleteness;
}

/**
 * How many channels a request asked for, and what became of them. Written, missing and failed ones
 * add up to those asked for; channels that nobody asked for are not among them. Undefined where that
 * is not known.
 */
export class ChannelCounts {
  /** Channels that were asked for. The other counts are known when the request is settled. @example 1 */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_asked?: Integer;

  /** Channels asked for that are in the file. @example 1 */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_written?: Integer;

  /** Channels asked for that were not in the reply. @example 0 */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_missing?: Integer;

  /** Channels asked for that could not be stored, or only in part. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_failed?: Integer;

  /** Channels in the file with something wrong in some of their points. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_with_problems?: Integer;

  /** Channels in the file with points missing at an end of the asked range. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_short?: Integer;
}
