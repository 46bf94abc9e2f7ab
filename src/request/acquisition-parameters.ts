import { IsArray, IsDefined, IsInt, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { channelListProblems, trimmedNames } from './channel-list.js';
import { type FieldProblem, InvalidParameters } from './errors.js';
import { fieldProblems } from './field-problems.js';
import { isJsonObject } from './json-object.js';
import type { Integer } from './integer.js';

const TEXT = { message: 'must be a text' };
const PRESENT = { message: 'is missing: give a text' };

/**
 * The parameters that DIA posts before an acquisition.
 *
 * Keys that are not listed here are accepted, kept and echoed.
 */
export class AcquisitionParameters {
  /** When the acquisition was set up; stored as /general/created. @example '2026-11-24 10:15:00' */
  @IsString(TEXT)
  @IsDefined(PRESENT)
  'general/created'!: string;

  /** For whom the data is taken; stored as /general/user. @example 'p12345' */
  @IsString(TEXT)
  @IsDefined(PRESENT)
  'general/user'!: string;

  /** The program that drives the acquisition; stored as /general/process. @example 'DIA' */
  @IsString(TEXT)
  @IsDefined(PRESENT)
  'general/process'!: string;

  /** Where the data is taken; stored as /general/instrument. @example 'SARES20' */
  @IsString(TEXT)
  @IsDefined(PRESENT)
  'general/instrument'!: string;

  /**
   * The file to write, inside an output root; relative names go in the first writable one.
   * Cameras go into a file of their own, X.IMAGES.h5 beside X.h5. /dev/null: write no file.
   *
   * @minLength 1
   * @example 'run_0001.h5'
   */
  @IsNotEmpty({ message: 'is empty: give the name of the file to write' })
  @IsString(TEXT)
  @IsDefined(PRESENT)
  output_file!: string;

  /**
   * compact (default): each channel has its own rows. Anything else, null included, is the
   * extended format: every channel has a row for every pulse id that any of them has.
   */
  @IsOptional()
  output_file_format?: unknown;

  /**
   * Channels to write instead of the configured list: 50000 at most.
   *
   * @example ['SIMULATOR-SCALAR-FLOAT64-1', 'SIMULATOR-WAVEFORM-FLOAT32-1024-1']
   */
  @IsString({ each: true, message: 'must be a list of texts (channel names)' })
  @IsArray({ message: 'must be a list of channel names' })
  @IsOptional()
  channels?: string[] | null;

  /** Numeric user id of the file's owner; carried, not acted on. */
  @IsInt({ message: 'must be an integer' })
  @IsOptional()
  user_id?: Integer | null;

  [further: string]: unknown;
}

/**
 * Checks parameters as they came and returns them unchanged, unknown keys included. `1.0` is an
 * integer, as JSON has only one kind of number.
 *
 * @param parametersClass a class with further fields
 * @throws InvalidParameters with every problem at once
 */
export function parseParameters<T extends AcquisitionParameters = AcquisitionParameters>(
  body: unknown,
  parametersClass: new () => T = AcquisitionParameters as new () => T,
): T {
  if (!isJsonObject(body)) {
    throw new InvalidParameters([{ field: 'the body', problem: 'must be a JSON object' }]);
  }
  const parameters = body as T;
  const problems = fieldProblems(body, parametersClass);
  if (!problems.some(({ field }) => field === 'channels') && parameters.channels) {
    problems.push(...channelProblems(trimmedNames(parameters.channels)));
  }
  if (problems.length > 0) throw new InvalidParameters(problems);
  return parameters;
}

function channelProblems(names: readonly string[]): FieldProblem[] {
  if (names.length === 0) {
    return [{ field: 'channels', problem: 'is empty: name channels, or leave it out' }];
  }
  return channelListProblems(names, (index) => `channels[${index}]`);
}
