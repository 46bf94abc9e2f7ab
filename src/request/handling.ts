import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsOptional, IsString, validateSync } from 'class-validator';
import { LANES, type Lane } from './lane.js';
import type { WriteRequest } from './write-request.js';

/**
 * How the broker wants a request to be carried out: `handling` of a write request on the wire, as JSON
 * text. Writers of releases that don't know it ignore it, and never give a request back but at their end.
 *
 * Where it is there, the broker keeps what a writer gives back until a writer is free.
 */
export class Handling {
  /** Ids of writers that give it back: they tried it, or it stalled there. */
  @IsString({ each: true })
  @IsArray()
  @IsOptional()
  readonly tried_by?: readonly string[];

  /** Ids of writers that give back whatever they get, as they alone have failed of late. */
  @IsString({ each: true })
  @IsArray()
  @IsOptional()
  readonly quarantined?: readonly string[];

  /**
   * Whether another writer can try it: then a failure that may be this writer's own does not count yet, and
   * leaves no error file.
   */
  @IsBoolean()
  @IsOptional()
  readonly others?: boolean;

  /** Whether it is to run while nothing else does at its writer: writers have died of it. */
  @IsBoolean()
  @IsOptional()
  readonly alone?: boolean;

  /** Whether it failed before, and the broker tries it again by itself: data that is gone does not come. */
  @IsBoolean()
  @IsOptional()
  readonly healing?: boolean;

  /** The lane of its line, which an error file repeats, where the request is in another one now. */
  @IsIn(LANES)
  @IsOptional()
  readonly recorded_lane?: Lane;

  /**
   * Code of the failure with which it ends: it is not to be carried out, the writer only leaves its error
   * file and reports that failure.
   */
  @IsString()
  @IsOptional()
  readonly give_up_code?: string;

  /** The message of that failure. */
  @IsString()
  @IsOptional()
  readonly give_up_message?: string;

  /** Whether the cause of that failure can pass: reported with it, as a broker that was restarted has to know. */
  @IsBoolean()
  @IsOptional()
  readonly give_up_passes?: boolean;
}

/** As it travels in `handling` of a write request. */
export function handlingText(handling: Handling): string {
  return JSON.stringify(handling);
}

/** The handling of a request; undefined where its broker gives none, or none that can be understood. */
export function handlingOf({ handling }: Pick<WriteRequest, 'handling'>): Handling | undefined {
  if (typeof handling !== 'string') return undefined;
  let plain: unknown;
  try {
    plain = JSON.parse(handling);
  } catch {
    return undefined;
  }
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return undefined;
  return validateSync(plainToInstance(Handling, plain)).length === 0 ? plain : undefined;
}
