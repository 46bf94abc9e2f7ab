import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Integer } from '../request/integer.js';
import { ChannelCounts } from './channel-counts.js';
import { ChannelReport } from './channel-report.js';
import { Failure } from './failure.js';

export const WRITE_STATES = ['written', 'failed', 'superseded', 'skipped'] as const;

/**
 * The result at a writer. `written`: a whole file; `failed`: no file; `superseded`: no file of its own, as that of
 * a newer request is there; `skipped`: no file was wanted.
 */
export type WriteState = (typeof WRITE_STATES)[number];

/** The outcome of a write request. Plain data: it goes through threads, sockets and logs. */
export class WriteReport extends ChannelCounts {
  /** Undefined for a request of an implementation that gives no ids. */
  @IsString()
  @IsOptional()
  readonly request_id?: string;

  /** `skipped`: everything was done but writing the file, as `/dev/null` asks for. */
  @IsIn(WRITE_STATES)
  readonly state!: WriteState;

  /** Absolute where it could be resolved, else as the request names it; undefined if it names none. */
  @IsString()
  @IsOptional()
  readonly output_file?: string;

  /** Where the request was left when it failed. */
  @IsString()
  @IsOptional()
  readonly error_file?: string;

  /** Why no error file could be left, neither beside the output file nor in the writer's state folder. */
  @IsString()
  @IsOptional()
  readonly no_error_file?: string;

  /** Attempts that were begun; 0 where the request could not even be tried. */
  @Min(0)
  @IsInt()
  readonly attempts!: Integer;

  /** Every channel that was asked for or came, those that failed or are missing included. */
  @ValidateNested({ each: true })
  @Type(() => ChannelReport)
  @IsArray()
  readonly channels!: readonly ChannelReport[];

  /** Names that came without having been asked for; they are in the file. */
  @IsString({ each: true })
  @IsArray()
  readonly not_requested!: readonly string[];

  /** Bytes of the reply. */
  @Min(0)
  @IsNumber()
  readonly bytes!: number;

  /** Rows in the file, all channels together. */
  @Min(0)
  @IsNumber()
  readonly rows!: number;

  /** Size of the file; undefined where none was written, or where it was there already. */
  @Min(0)
  @IsNumber()
  @IsOptional()
  readonly file_bytes?: number;

  /** Of the attempt that settled it, from asking for data to the file under its name. */
  @Min(0)
  @IsNumber()
  readonly seconds!: number;

  /** Set when `state` is `failed`. */
  @ValidateNested()
  @Type(() => Failure)
  @IsOptional()
  readonly failure?: Failure;
}
