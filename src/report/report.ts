import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  Equals,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsPositive,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { WriteReport } from './write-report.js';
import { Failure } from './failure.js';
import { Held } from './held.js';

const MAX_HELD = 100_000;
const MAX_UNABLE = 100;
export const MAX_DEATHS = 1000;

/**
 * Why a writer gives a request back: it ends; it has no free slot; it has tried the request, or has it
 * still; it is in quarantine; the queue has handed it out too often; it lay among the queue's dead letters. Only
 * the first is an attempt.
 */
export const RETURN_REASONS = [
  'end',
  'busy',
  'tried',
  'quarantined',
  'redelivered',
  'dead_letter',
] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

/** Fields of every report. */
abstract class FromWriter {
  /** Unique for each start of a writer's process. */
  @MaxLength(255)
  @IsString()
  readonly writer_id!: string;
}

/** A request that was being written when its writer's process died. Told until the writer ends. */
export class Death {
  /** Unique for each death of each request: it may be told many times, by several writers. */
  @MaxLength(255)
  @IsString()
  readonly death_id!: string;

  @MaxLength(255)
  @IsString()
  readonly request_id!: string;

  /** Which sending of the request it was. */
  @Min(1)
  @IsInt()
  readonly attempt!: number;
}

/** Who a writer is and all that it holds, waiting requests included. */
abstract class Presence extends FromWriter {
  @MaxLength(255)
  @IsString()
  readonly version!: string;

  @MaxLength(255)
  @IsString()
  readonly host!: string;

  @IsInt()
  readonly pid!: number;

  /** When the process started, seconds since the epoch. */
  @IsNumber()
  readonly started!: number;

  /** Requests that it carries out at once. */
  @Min(1)
  @IsInt()
  readonly concurrency!: number;

  /** Time between two heartbeats, s. */
  @IsPositive()
  readonly heartbeat!: number;

  /** Whether it heeds the `handling` of requests, and gives back what it can't begin. */
  @IsBoolean()
  @IsOptional()
  readonly heeds_handling?: boolean;

  /** What it met and can't do at present, as its own probes say: each a failure with a `place`. */
  @ValidateNested({ each: true })
  @Type(() => Failure)
  @ArrayMaxSize(MAX_UNABLE)
  @IsArray()
  @IsOptional()
  readonly unable?: readonly Failure[];

  /** Requests that were being written when an earlier process died, as its journal says. */
  @ValidateNested({ each: true })
  @Type(() => Death)
  @ArrayMaxSize(MAX_DEATHS)
  @IsArray()
  @IsOptional()
  readonly deaths?: readonly Death[];

  @ValidateNested({ each: true })
  @Type(() => Held)
  @ArrayMaxSize(MAX_HELD)
  @IsArray()
  readonly held!: readonly Held[];
}

/**
 * The first report of a connection: sent before the writer connects to take requests, and again
 * whenever its report socket found a broker anew.
 */
export class Hello extends Presence {
  @Equals('hello')
  readonly kind!: 'hello';
}

/** The same in short intervals. A request that is named in none of them any more may be lost. */
export class Heartbeat extends Presence {
  @Equals('heartbeat')
  readonly kind!: 'heartbeat';
}

/** A request moved on; between two changes of its state a few times a second at most. */
export class Progress extends FromWriter {
  @Equals('progress')
  readonly kind!: 'progress';

  @ValidateNested()
  @Type(() => Held)
  @IsDefined()
  readonly held!: Held;
}

/**
 * A writer took a request off a queue that keeps requests, before it is done: from now on only the writer's
 * reports hold it, and a lease.
 */
export class Taken extends FromWriter {
  @Equals('taken')
  readonly kind!: 'taken';

  @ValidateNested()
  @Type(() => Held)
  @IsDefined()
  readonly held!: Held;
}

/** The end of a sending of a request: the writer does not hold it any more. */
abstract class Release extends FromWriter {
  @MaxLength(255)
  @IsString()
  readonly request_id!: string;

  /** Which sending of the request it was. */
  @Min(1)
  @IsInt()
  readonly attempt!: number;
}

/** The outcome of a request. */
export class Outcome extends Release {
  @Equals('outcome')
  readonly kind!: 'outcome';

  @ValidateNested()
  @Type(() => WriteReport)
  @IsDefined()
  readonly report!: WriteReport;
}

/** A request that the writer gives back unfinished: send it to another. */
export class Returned extends Release {
  @Equals('returned')
  readonly kind!: 'returned';

  /** `end` where it is left out. */
  @IsIn(RETURN_REASONS)
  @IsOptional()
  readonly reason?: ReturnReason;
}

/** The last report of a writer: it takes nothing any more, and holds nothing. */
export class Goodbye extends FromWriter {
  @Equals('goodbye')
  readonly kind!: 'goodbye';
}

/** The reports of a writer, by `kind`. Plain data. */
export type Report = Hello | Heartbeat | Progress | Taken | Outcome | Returned | Goodbye;
