import { Connections } from '../../databuffer/connections.js';
import { Kernel } from '../../databuffer/json/kernel.js';
import type { Hdf5Library } from '../../hdf5/hdf5-library.js';
import { OutputRoots } from '../../output/output-roots.js';
import { TemporaryFiles } from '../state/temporary-files.js';
import type { JobOptions } from './job.js';

const DEFAULT_MEMORY_BUDGET = 48 * 1024 * 1024;

/** What the jobs of a thread use one after another: making it takes longer than a small job. */
export class JobTools {
  readonly roots: OutputRoots;
  readonly temporaryFiles: TemporaryFiles;
  readonly connections = new Connections();
  readonly kernel = new Kernel();
  /** Memory for rows that wait; what is not used of it takes up none. */
  readonly waitingRoom: Uint8Array;

  /** @throws NodeJS.ErrnoException when the journal can't be made */
  constructor(
    readonly options: JobOptions,
    readonly library: Hdf5Library,
  ) {
    this.waitingRoom = new Uint8Array(options.memoryBudget ?? DEFAULT_MEMORY_BUDGET);
    this.roots = new OutputRoots(options.outputRoots);
    this.temporaryFiles = new TemporaryFiles(options.stateDirectory);
  }
}
