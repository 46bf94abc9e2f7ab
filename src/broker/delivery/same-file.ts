import { NO_FILE } from '../../filesystem/output-roots.js';
import type { QueuedRequest } from './queued-request.js';

/** The requests for each output file, in the order in which they were accepted. */
export class SameFile<T extends QueuedRequest> {
  /** Most files have one alone, which needs no set of its own. */
  private readonly byFile = new Map<string, T | Set<T>>();

  add(request: T): void {
    const file = fileOf(request);
    if (file === undefined) return;
    const known = this.byFile.get(file);
    if (known instanceof Set) known.add(request);
    else this.byFile.set(file, known ? new Set([known, request]) : request);
  }

  remove(request: T): void {
    const file = fileOf(request);
    if (file === undefined) return;
    const known = this.byFile.get(file);
    if (known instanceof Set) known.delete(request);
    if (!(known instanceof Set) || known.size === 0) this.byFile.delete(file);
  }

  /** All for its file, itself among them; undefined where there is no other. */
  of(request: T): ReadonlySet<T> | undefined {
    const file = fileOf(request);
    const known = file === undefined ? undefined : this.byFile.get(file);
    return known instanceof Set && known.size > 1 ? known : undefined;
  }

  /** The requests for its file that were accepted before it. */
  older(request: T): readonly T[] {
    const older: T[] = [];
    for (const each of this.of(request) ?? []) {
      if (each === request) break;
      older.push(each);
    }
    return older;
  }
}

function fileOf({ outputFile }: QueuedRequest): string | undefined {
  return outputFile === NO_FILE ? undefined : outputFile;
}
