import type { Ledger } from '../../ledger/ledger.js';
import type { RequestChange } from '../../ledger/request-changes.js';
import { isEnd } from './run-files.js';

/** What happens to requests for the files of a run, from when it is made. */
export class RunNews {
  /** Until it is known which files count: whether the newest change of each file's request is its end. */
  private readonly early = new Map<string, boolean>();
  private open: Set<string> | undefined;
  private tell: () => void = () => undefined;
  private readonly subscription;

  constructor(ledger: Ledger) {
    this.subscription = ledger.changes.subscribe((change) => this.take(change));
  }

  /**
   * Waits until the files that were open are settled, or there is no more time.
   *
   * @param open changes: only what is open stays in it
   * @param longest in ms; undefined: only `up` ends it before
   */
  async untilSettled(open: Set<string>, up: AbortSignal, longest?: number): Promise<void> {
    for (const [file, ended] of this.early) if (ended) open.delete(file);
    this.early.clear();
    this.open = open;
    if (open.size === 0 || up.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.tell = resolve;
      up.addEventListener('abort', this.tell, { once: true });
      if (longest !== undefined) timer = setTimeout(resolve, longest);
    });
    clearTimeout(timer);
    up.removeEventListener('abort', this.tell);
  }

  /** To be called when it is not needed any more. */
  end(): void {
    this.subscription.unsubscribe();
  }

  private take({ kind, head }: RequestChange): void {
    if (kind !== 'state' || head.output_file === undefined) return;
    if (!this.open) {
      this.early.set(head.output_file, isEnd(head));
    } else if (isEnd(head) && this.open.delete(head.output_file) && this.open.size === 0) {
      this.tell();
    }
  }
}
