import { IsBoolean, IsDefined, IsIn, IsOptional, IsString } from 'class-validator';
import { isJsonObject } from '../../../request/json-object.js';
import type { Integer } from '../../../request/integer.js';
import { RATES } from '../retrieval/retrieve-request.js';

/** Pedestals that are to be taken. */
export class PedestalRequest {
  /**
   * Whose raw folder they go to.
   *
   * @example 'p12345'
   */
  @IsString({ message: 'must be a text, as p12345' })
  @IsDefined({ message: 'is missing: give a pgroup, as p12345' })
  pgroup!: string;

  /**
   * Detectors of the beamline: a list of names, or an object with options by name.
   *
   * @example ['JF07T32V02']
   */
  @IsDefined({ message: 'is missing: give a list of names, or an object with options by name' })
  detectors!: string[] | Readonly<Record<string, unknown>>;

  /**
   * Of the detectors: one pulse in so many.
   *
   * @example 1
   */
  @IsIn(RATES, { message: `must be one of ${RATES.join(', ')}` })
  @IsOptional()
  rate_multiplicator?: Integer;

  /** Whether the detectors change their gain by themselves. */
  @IsBoolean({ message: 'must be true or false' })
  @IsOptional()
  pedestalmode?: boolean;

  /**
   * How much the program that works on it writes to its log.
   *
   * @example 'INFO'
   */
  @IsString({ message: 'must be a text, as INFO' })
  @IsOptional()
  run_log_level?: string;

  [further: string]: unknown;
}

/** The names of the detectors; undefined where they are none of both forms. */
export function namesOf({ detectors }: Pick<PedestalRequest, 'detectors'>): string[] | undefined {
  if (isJsonObject(detectors)) return Object.keys(detectors);
  const isList = Array.isArray(detectors) && detectors.every((name) => typeof name === 'string');
  return isList ? [...new Set(detectors)] : undefined;
}
