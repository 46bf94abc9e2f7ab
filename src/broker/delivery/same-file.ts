import { NO_FILE } from '../../filesystem/output-roots.js';
import type { QueuedRequest } from './queued-request.js';

/** The requests for each output file, in the order in which they were accepted. */
export class SameFile<T extends QueuedRequest> {
  private readonly byFile = new Map<string, T[]>();

  add(request: T): void {
    const file = fileOf(request);
    if (file === undefined) return;
    const all = this.byFile.get(file);
    if (all) all.push(request);
    else this.byFile.set(file, [request]);
  }

  remove(request: T): void {
    const file = fileOf(request);
    if (file === undefined) return;
    const others = this.byFile.get(file)!.filter((other) => other !== request);
    if (others.length > 0) this.byFile.set(file, others);
    else this.byFile.delete(file);
  }

  /** All for its file, itself among them; it alone where it makes no file. */
  of(request: T): readonly T[] {
    const file = fileOf(request);
    return file === undefined ? [request] : (this.byFile.get(file) ?? []);
  }

  /** Those that were accepted before it. */
  older(request: T): readonly T[] {
    const all = this.of(request);
    return all.slice(0, all.indexOf(request));
  }
}

function fileOf({ outputFile }: QueuedRequest): string | undefined {
  return outputFile === NO_FILE ? undefined : outputFile;
}
