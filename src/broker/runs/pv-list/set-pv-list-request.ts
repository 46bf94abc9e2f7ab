import { IsArray, IsDefined } from 'class-validator';

/** A new list of PVs. */
export class SetPvListRequest {
  /**
   * Names of the PVs that the EPICS buffer is to keep; one that is there twice counts once.
   *
   * @example ['SARFE10-PSSS059:FWHM', 'SARFE10-PSSS059:SPECT-COM']
   */
  @IsArray({ message: 'must be a list of names' })
  @IsDefined({ message: 'is missing: give a list of names' })
  pv_list!: string[];

  [further: string]: unknown;
}
