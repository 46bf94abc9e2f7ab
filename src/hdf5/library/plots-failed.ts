/**
 * What viewers plot by could not be put into a file, for no fault of the disk. What HDF5 wrote was whole: without
 * plots the file can be made.
 */
export class PlotsFailed extends Error {
  override readonly name = 'PlotsFailed';

  constructor(override readonly cause: unknown) {
    super(`the plots could not be made: ${(cause as Error).message}`);
  }

  /** An error of the disk or of HDF5 as it is, any other as a failure of the plots. */
  static unlessOfDisk(error: unknown): unknown {
    const { errno, name } = error as NodeJS.ErrnoException;
    return errno !== undefined || name === 'Hdf5Failure' ? error : new PlotsFailed(error);
  }
}
