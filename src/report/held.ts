import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Failure } from './failure.js';

export const HELD_STATES = ['received', 'retrieving', 'writing'] as const;

/**
 * Where a request stands at the writer that holds it: waiting for its time, its turn or its next
 * try; waiting for the first byte of its data; or with data coming in.
 */
export type HeldState = (typeof HELD_STATES)[number];

/**
 * What a request waits for at its writer: its time; data that comes late; its next try; a free slot. It takes no
 * slot meanwhile.
 */
export const HELD_WAITS = ['time', 'data', 'retry', 'slot'] as const;
export type HeldWait = (typeof HELD_WAITS)[number];

/** One request that a writer holds. */
export class Held {
  @MaxLength(255)
  @IsString()
  readonly request_id!: string;

  /** Which sending of the request it is, as it came with it: 1 for the first. */
  @Min(1)
  @IsInt()
  readonly attempt!: number;

  @IsIn(HELD_STATES)
  readonly state!: HeldState;

  /** Bytes of the reply so far, of the present try. */
  @Min(0)
  @IsNumber()
  readonly bytes!: number;

  /** Rows so far, all channels together. */
  @Min(0)
  @IsNumber()
  readonly rows!: number;

  /** Bytes of its file so far; together with bytes and rows it shows whether a job moves on. */
  @Min(0)
  @IsNumber()
  @IsOptional()
  readonly file_bytes?: number;

  @IsIn(HELD_WAITS)
  @IsOptional()
  readonly waits_for?: HeldWait;

  /** Tries that the writer has begun: what will be `attempts` of its WriteReport. */
  @Min(0)
  @IsInt()
  readonly tries!: number;

  /** Why the last try came to nothing, where there was one. */
  @ValidateNested()
  @Type(() => Failure)
  @IsOptional()
  readonly failure?: Failure;
}

/** Requests that one report names. */
export const MAX_NAMED = 1000;
/** Characters of them, so that a report stays within its limit. */
const MAX_CHARACTERS = 900_000;

/** How many of the requests that a writer holds, from the first on, are named in one report. */
export function firstPart(held: Iterable<Held>): number {
  let count = 0;
  let characters = 0;
  for (const each of held) {
    characters += JSON.stringify(each).length;
    if (count === MAX_NAMED || (characters > MAX_CHARACTERS && count > 0)) break;
    count++;
  }
  return count;
}
