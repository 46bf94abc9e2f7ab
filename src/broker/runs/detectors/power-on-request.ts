import { IsDefined, IsString } from 'class-validator';

/** A detector that is to be powered on. */
export class PowerOnRequest {
  /**
   * One of the beamline's.
   *
   * @example 'JF07T32V02'
   */
  @IsString({ message: 'must be the name of a detector' })
  @IsDefined({ message: 'is missing: give the name of a detector' })
  detector_name!: string;

  [further: string]: unknown;
}
