import { isIncomplete } from '../../report/count-channels.js';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import { isSettled } from '../../report/request-state.js';
import type { OutcomesFile } from './outcomes-file.js';
import { withoutDetails } from './record-changes.js';
import type { RequestFilter, RequestIndex } from './request-index.js';
import { afterNote } from '../../audit/outcome-line.js';
import type { TrackedRequest } from './tracked-request.js';

/** Looks requests up: live ones in memory, the others in the outcomes file. */
export class RequestLookup {
  constructor(
    private readonly index: RequestIndex,
    private readonly outcomes: OutcomesFile,
  ) {}

  /** Whether a request is open, or among the settled ones that are remembered. */
  knows(id: string): boolean {
    return this.index.get(id) !== undefined;
  }

  /** All that is known of a request; undefined for one that is not known (any more). */
  async record(id: string): Promise<RequestRecord | undefined> {
    const entry = this.index.get(id);
    if (!entry || entry.live) return entry && liveRecord(entry);
    const record = (await this.outcomes.read(id)) ?? (await this.outcomes.search(id));
    const known = record ?? (entry.head && { ...entry.head, history: [] });
    return known && settledRecord(known, entry);
  }

  /**
   * Newest first.
   *
   * @param before id of a request; only older ones
   * @returns undefined where `before` is not known
   */
  async list(
    filter: RequestFilter,
    limit: number,
    before?: string,
  ): Promise<{ heads: RequestHead[]; more: boolean } | undefined> {
    const start = before === undefined ? undefined : this.index.get(before);
    if (before !== undefined && !start) return undefined;
    const entries: TrackedRequest[] = [];
    let more = false;
    const { incomplete } = filter;
    for (const entry of this.index.newestFirst(filter, start)) {
      if (incomplete !== undefined && (await this.isIncomplete(entry)) !== incomplete) continue;
      more = entries.length === limit;
      if (more) break;
      entries.push(entry);
    }
    const heads = await Promise.all(entries.map((entry) => this.head(entry)));
    return { heads: heads.filter((head) => head !== undefined), more };
  }

  private async head(entry: TrackedRequest): Promise<RequestHead | undefined> {
    const live = liveRecord(entry);
    if (live) return withoutDetails(live);
    const record = await this.outcomes.read(entry.id);
    const head = record ? withoutDetails(record) : entry.head;
    return head && settledRecord(head, entry);
  }

  /** Older lines have it only in their reports. */
  private async isIncomplete(entry: TrackedRequest): Promise<boolean> {
    if (!isSettled(entry.state)) return false;
    entry.incomplete ??= isIncomplete((await this.head(entry)) ?? {}) ?? false;
    return entry.incomplete;
  }
}

function liveRecord({ live, blocked }: TrackedRequest): RequestRecord | undefined {
  if (!live || blocked === undefined || isSettled(live.record.state)) return live?.record;
  return { ...live.record, waits_for: blocked };
}

/** As its line has it, and what was noted since. */
function settledRecord<T extends RequestHead>(head: T, { healed }: TrackedRequest): T {
  const known = afterNote(head, healed);
  // It heals no more: its end was noted, or its request is gone from the trail.
  return known.next_attempt === undefined ? known : { ...known, next_attempt: undefined };
}
