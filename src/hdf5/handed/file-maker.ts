import { SharedGarbage } from '../../concurrency/shared-garbage.js';
import type { Hdf5Library } from '../library/hdf5-library.js';
import { HandedFile } from './handed-file.js';
import type { HandedFileOptions } from './messages.js';
import { Partnership } from './partnership.js';

/** Makes the files of a thread, one at a time: small ones itself, others with the help of a partner. */
export class FileMaker {
  private readonly garbage = new SharedGarbage();

  constructor(
    private readonly library: Hdf5Library,
    private readonly partnership = new Partnership(),
  ) {}

  /** HDF5 failed, here or at the partner: neither thread must write another file. */
  get needsFreshThread(): boolean {
    return this.library.needsFreshThread || this.partnership.needsFreshThread;
  }

  /** Makes a file, empty. @throws Hdf5Failure also when something exists at the path */
  create(options: HandedFileOptions): HandedFile {
    const { library, garbage, partnership } = this;
    const { buffers } = partnership;
    const packs = library.packedChunks !== undefined;
    const partner = () => partnership.readyPartner(packs);
    return HandedFile.create({ library, buffers, garbage, partner }, options);
  }
}
