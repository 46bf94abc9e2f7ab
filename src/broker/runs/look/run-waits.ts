import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { ClientGone } from '../../http/http-errors.js';
import { Ledger } from '../../ledger/ledger.js';
import type { RequestChange } from '../../ledger/request-changes.js';
import { isEnd } from './run-files.js';
import { TooManyWaiters } from './errors.js';
import type { Run } from './replies.js';

/** What other brokers do with their requests is seen on disk alone. */
const AGAIN_MS = 5000;
/** Each holds a connection and the files of a run. */
export const MAX_WAITERS = 200;

/** Calls that wait until all files of a run are settled. They are woken by what happens to requests. */
@Injectable()
export class RunWaits implements BeforeApplicationShutdown {
  private readonly ending = new AbortController();
  private waiters = 0;

  constructor(private readonly ledger: Ledger) {}

  /** How many calls wait. */
  get waiting(): number {
    return this.waiters;
  }

  /**
   * @param look reads the run; it is read again when all that was open in it is settled
   * @param timeout in s
   * @param gone when the caller is
   * @returns the run when it is settled, the time is up, or the broker ends
   * @throws TooManyWaiters, ClientGone, and what `look` throws
   */
  async untilSettled(look: () => Promise<Run>, timeout: number, gone: AbortSignal): Promise<Run> {
    if (this.waiters >= MAX_WAITERS) throw new TooManyWaiters(MAX_WAITERS);
    this.waiters++;
    const up = AbortSignal.any([this.ending.signal, AbortSignal.timeout(timeout * 1000), gone]);
    try {
      for (;;) {
        const news = new News(this.ledger);
        try {
          const run = await look();
          if (gone.aborted) throw new ClientGone();
          if (run.settled || up.aborted) return run;
          const again = hasOthers(run) ? AbortSignal.any([up, AbortSignal.timeout(AGAIN_MS)]) : up;
          await news.untilSettled(openFilesOf(run), again);
        } finally {
          news.end();
        }
      }
    } finally {
      this.waiters--;
    }
  }

  /** Answers all: they would keep the server from closing. */
  beforeApplicationShutdown(): void {
    this.ending.abort();
  }
}

/** Whether requests of another broker are open in it. */
function hasOthers({ acquisitions_list: acquisitions }: Run): boolean {
  return acquisitions.some(({ files }) =>
    files.some(({ settled, request_id: id }) => !settled && id === null),
  );
}

function openFilesOf({ acquisitions_list: acquisitions }: Run): Set<string> {
  const files = acquisitions.flatMap((acquisition) => acquisition.files);
  return new Set(files.filter(({ settled }) => !settled).map(({ output_file }) => output_file));
}

/** What happens to requests from now on. */
class News {
  /** Until it is known which files count: whether the newest change of each file's request is its end. */
  private readonly early = new Map<string, boolean>();
  private open: Set<string> | undefined;
  private tell: () => void = () => undefined;
  private readonly subscription;

  constructor(ledger: Ledger) {
    this.subscription = ledger.changes.subscribe((change) => this.take(change));
  }

  /** @param open changes: only what is open stays in it */
  async untilSettled(open: Set<string>, up: AbortSignal): Promise<void> {
    for (const [file, ended] of this.early) if (ended) open.delete(file);
    this.early.clear();
    this.open = open;
    if (open.size === 0 || up.aborted) return;
    await new Promise<void>((resolve) => {
      this.tell = () => {
        up.removeEventListener('abort', this.tell);
        resolve();
      };
      up.addEventListener('abort', this.tell, { once: true });
    });
  }

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
