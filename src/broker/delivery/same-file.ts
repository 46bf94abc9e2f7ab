import { NO_FILE } from '../../filesystem/output-roots.js';
import type { QueuedRequest } from './queued-request.js';

/** The requests for each output file, in the order in which they were accepted. */
export class SameFile<T extends QueuedRequest> {
  private readonly byFile = new Map<string, Set<T>>();

  add(request: T): void {
    const file = fileOf(request);
    if (file === undefined) return;
    const all = this.byFile.get(file);
    if (all) all.add(request);
    else this.byFile.set(file, new Set([request]));
  }

  remove(request: T): void {
    const file = fileOf(request);
    if (file === undefined) return;
    const all = this.byFile.get(file)!;
    all.delete(request);
    if (all.size === 0) this.byFile.delete(file);
  }

  /** All for its file, itself among them; undefined where there is no other. */
  of(request: T): ReadonlySet<T> | undefined {
    const file = fileOf(request);
    const all = file === undefined ? undefined : this.byFile.get(file);
    return all && all.size > 1 ? all : undefined;
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
