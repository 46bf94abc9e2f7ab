import 'reflect-metadata';
import { IsInt, IsOptional, Min } from 'class-validator';
import type { Integer } from '../request/integer.js';

/**
 * How many channels a request asked for, and what became of them. Written, missing and failed ones
 * add up to those asked for; channels that nobody asked for are not among them. Undefined where that
 * is not known.
 */
export class ChannelCounts {
  /** Settled requests have it, and the other counts. @example 1 */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_asked?: Integer;

  /** They are in the file. @example 1 */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_written?: Integer;

  /** They are not in the reply. @example 0 */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_missing?: Integer;

  /** They could not be stored, or not all of what came. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_failed?: Integer;

  /** Of those written: something was wrong with some of their points. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_with_problems?: Integer;

  /** Of those written: points are missing at an end of the asked range. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_short?: Integer;
}
