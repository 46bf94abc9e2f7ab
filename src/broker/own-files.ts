import { resolve } from 'node:path';
import { realPath } from '../output/real-path.js';
import { OutputFileRefused } from '../request/errors.js';

/** What a broker keeps, behind the name of its trail. */
const OWN_SUFFIXES = ['', '.acquisition', '.outcomes', '.lock'];

/** The files of the broker itself: they may be inside an output root, under several names. */
export class OwnFiles {
  constructor(private readonly auditFile: string) {}

  /** @throws OutputFileRefused when one of some output files is one of the broker's own */
  refuse(asPosted: string, files: readonly string[]): void {
    const trail = resolve(this.auditFile);
    const own = OWN_SUFFIXES.map((suffix) => realPath(`${trail}${suffix}`));
    // The writer puts an `.err` file beside what it can't write, and removes it when it can.
    const written = files.flatMap((file) => [file, `${file}.err`]).map(realPath);
    if (!written.some((path) => own.includes(path))) return;
    throw new OutputFileRefused(asPosted, 'belongs to the audit trail: choose another name.');
  }
}
