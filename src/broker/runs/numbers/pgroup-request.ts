import { IsDefined, IsString } from 'class-validator';

/** A call about the runs of a pgroup. */
export class PgroupRequest {
  /**
   * Whose runs; its raw folder has to exist.
   *
   * @example 'p12345'
   */
  @IsString({ message: 'must be a text, as p12345' })
  @IsDefined({ message: 'is missing: give a pgroup, as p12345' })
  pgroup!: string;

  [further: string]: unknown;
}
