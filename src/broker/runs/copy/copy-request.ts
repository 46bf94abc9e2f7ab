import { IsArray, IsDefined, IsString } from 'class-validator';
import type { Integer } from '../../../request/integer.js';

/** Files of users that are to be kept with a run. */
export class CopyUserFilesRequest {
  /**
   * Whose run.
   *
   * @example 'p12345'
   */
  @IsString({ message: 'must be a text, as p12345' })
  @IsDefined({ message: 'is missing: give a pgroup, as p12345' })
  pgroup!: string;

  /**
   * The run, which exists.
   *
   * @minimum 1
   * @example 7
   */
  @IsDefined({ message: 'is missing: give the number of a run that exists' })
  run_number!: Integer;

  /**
   * Absolute names of the files. Each needs the run's group, which may read it.
   *
   * @example ['/sf/bernina/data/p12345/res/scan_notes.json']
   */
  @IsArray({ message: 'must be a list of absolute file names' })
  @IsDefined({ message: 'is missing: give a list of absolute file names' })
  files!: string[];

  [further: string]: unknown;
}
