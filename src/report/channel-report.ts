import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Integer } from '../request/integer.js';
import { Failure } from './failure.js';

/** Something that was wrong with `count` points of a channel. */
export class Problem {
  /** Stable word, e.g. `out_of_range`, `null_value`, `wrong_length`, `duplicate_pulse_id`. */
  @IsString()
  readonly code!: string;

  @Min(0)
  @IsInt()
  readonly count!: Integer;

  /** Pulse id of the first such point, where it has one. */
  @IsInt()
  @IsOptional()
  readonly first_pulse_id?: Integer;

  /** One example in words, e.g. `70000 does not fit int16`. */
  @IsString()
  @IsOptional()
  readonly example?: string;
}

/** A job's findings about one channel, for the log, the report and the file's attributes. */
export class ChannelReport {
  @IsString()
  readonly name!: string;

  /** Rows in the file; 0 for a channel without data. */
  @Min(0)
  @IsInt()
  readonly rows!: Integer;

  @IsInt()
  @IsOptional()
  readonly first_pulse_id?: Integer;

  @IsInt()
  @IsOptional()
  readonly last_pulse_id?: Integer;

  /**
   * Pulses without a row, at the rate of the channel's own rows: the median of the steps from one
   * pulse id to the next. Those between an end of the asked range and the nearest row are among them.
   * Undefined where that is not known: with fewer than two rows, or rows that are not in order.
   */
  @Min(0)
  @IsInt()
  @IsOptional()
  readonly missing_pulses?: Integer;

  /** True where points are missing at an end of the asked range; see `isShort`. */
  @IsBoolean()
  @IsOptional()
  readonly short?: boolean;

  /** Points that are not, or not exactly, in the file, by what is wrong with them. */
  @ValidateNested({ each: true })
  @Type(() => Problem)
  @IsArray()
  readonly problems!: readonly Problem[];

  /** Set when the channel is not in the file, or not all that came of it: why. */
  @ValidateNested()
  @Type(() => Failure)
  @IsOptional()
  readonly failure?: Failure;
}
