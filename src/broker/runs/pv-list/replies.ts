/** The PVs that a beamline's EPICS buffer keeps. */
export interface PvListReply {
  readonly status: 'ok';
  /** @example 'the EPICS buffer of bernina keeps 2 PVs' */
  readonly message: string;
  /** @example ['SARFE10-PSSS059:FWHM', 'SARFE10-PSSS059:SPECT-COM'] */
  readonly pv_list: readonly string[];
}
