import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { ClientGone } from '../../http/http-errors.js';
import { Ledger } from '../../ledger/ledger.js';
import { TooManyWaiters } from './errors.js';
import type { Run } from './replies.js';
import { RunNews } from './run-news.js';

/** What other brokers do with their requests is seen on disk alone. */
const AGAIN_MS = 5000;
/** Each holds a connection and the files of a run. */
export const MAX_WAITERS = 200;

/** Calls that wait until all files of a run are settled. They are woken by what happens to requests. */
@Injectable()
export class RunWaits implements BeforeApplicationShutdown {
  /** Ends each wait. */
  private readonly ends = new Set<() => void>();
  private isEnding = false;

  constructor(private readonly ledger: Ledger) {}

  /** How many calls wait. */
  get waiting(): number {
    return this.ends.size;
  }

  /**
   * @param look reads the run; it is read again when all that was open in it is settled
   * @param timeout in s
   * @param gone when the caller is
   * @returns the run when it is settled, the time is up, or the broker ends
   * @throws TooManyWaiters, ClientGone, and what `look` throws
   */
  async untilSettled(look: () => Promise<Run>, timeout: number, gone: AbortSignal): Promise<Run> {
    if (this.ends.size >= MAX_WAITERS) throw new TooManyWaiters(MAX_WAITERS);
    const up = new AbortController();
    const end = () => up.abort();
    if (this.isEnding || gone.aborted) end();
    this.ends.add(end);
    gone.addEventListener('abort', end, { once: true });
    const timer = setTimeout(end, timeout * 1000);
    try {
      return await this.lookUntil(look, up.signal, gone);
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      this.ends.delete(end);
    }
  }

  /** Answers all: they would keep the server from closing. */
  beforeApplicationShutdown(): void {
    this.isEnding = true;
    for (const end of this.ends) end();
  }

  private async lookUntil(
    look: () => Promise<Run>,
    up: AbortSignal,
    gone: AbortSignal,
  ): Promise<Run> {
    for (;;) {
      // From before the look: nothing that happens meanwhile is missed.
      const news = new RunNews(this.ledger);
      try {
        const run = await look();
        if (gone.aborted) throw new ClientGone();
        if (run.settled || up.aborted) return run;
        await news.untilSettled(openFilesOf(run), up, hasOthers(run) ? AGAIN_MS : undefined);
      } finally {
        news.end();
      }
    }
  }
}

function openFilesOf({ acquisitions_list: acquisitions }: Run): Set<string> {
  const files = acquisitions.flatMap((acquisition) => acquisition.files);
  return new Set(files.filter(({ settled }) => !settled).map(({ output_file }) => output_file));
}

/** Whether requests of another broker are open in it. */
function hasOthers({ acquisitions_list: acquisitions }: Run): boolean {
  return acquisitions.some(({ files }) =>
    files.some(({ settled, request_id: id }) => !settled && id === null),
  );
}
