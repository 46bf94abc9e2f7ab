import { Connections } from '../../databuffer/connections.js';
import type { Hdf5Library } from '../../hdf5/hdf5-library.js';
import { OutputRoots } from '../../output/output-roots.js';
import { TemporaryFiles } from '../state/temporary-files.js';
import type { JobOptions } from './job.js';

/** What the jobs of a thread use one after another: making it takes longer than a small job. */
export class JobTools {
  readonly roots: OutputRoots;
  readonly temporaryFiles: TemporaryFiles;
  readonly connections = new Connections();

  /** @throws NodeJS.ErrnoException when the journal can't be made */
  constructor(
    readonly options: JobOptions,
    readonly library: Hdf5Library,
  ) {
    this.roots = new OutputRoots(options.outputRoots);
    this.temporaryFiles = new TemporaryFiles(options.stateDirectory);
  }
}
