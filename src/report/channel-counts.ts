import 'reflect-metadata';
import { IsInt, IsOptional, Min } from 'class-validator';

/**
 * How many channels a request asked for, and what became of them. Written, missing and failed ones
 * add up to those asked for; channels that nobody asked for are not among them. Undefined where that
 * is not known.
 */
export class ChannelCounts {
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_asked?: number;

  /** They are in the file. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_written?: number;

  /** They are not in the reply. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_missing?: number;

  /** They could not be stored, or not all of what came. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_failed?: number;

  /** Of those written: something was wrong with some of their points. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_with_problems?: number;

  /** Of those written: points are missing at an end of the asked range. */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly channels_short?: number;
}
