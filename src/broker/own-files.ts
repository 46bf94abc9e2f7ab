import { type Stats, statSync } from 'node:fs';
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
    const own = OWN_SUFFIXES.map((suffix) => placeOf(`${trail}${suffix}`));
    // The writer puts an `.err` file beside what it can't write, and removes it when it can.
    const written = files.flatMap((file) => [file, `${file}.err`]).map(placeOf);
    if (!written.some((place) => own.some((other) => isSame(place, other)))) return;
    throw new OutputFileRefused(asPosted, 'belongs to the audit trail: choose another name.');
  }
}

interface Place {
  readonly path: string;
  /** Undefined where there is nothing yet. */
  readonly there: Stats | undefined;
}

function placeOf(path: string): Place {
  return { path, there: statSync(path, { throwIfNoEntry: false }) };
}

/** What exists is one look each; where both names are still free it is the paths that tell. */
function isSame(a: Place, b: Place): boolean {
  if (a.there && b.there) return a.there.ino === b.there.ino && a.there.dev === b.there.dev;
  return !a.there && !b.there && realPath(a.path) === realPath(b.path);
}
