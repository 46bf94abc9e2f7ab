import { isIncomplete } from '../../report/count-channels.js';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import { isSettled } from '../../report/request-state.js';
import type { OutcomesFile } from './outcomes-file.js';
import { withoutDetails } from './record-changes.js';
import type { RequestFilter, RequestIndex } from './request-index.js';
import { afterNote } from '../../audit/outcome-line.js';
import type { TrackedRequest } from './tracked-request.js';

/** A part of a list of requests. */
export interface ListPart {
  readonly limit: number;
  /** Id of a request: only older ones. */
  readonly before?: string;
  /** Id of a request: this one and older ones. */
  readonly from?: string;
  /** How many are left out before the first. */
  readonly skip?: number;
  /** Whether all are counted, which takes a look at each. */
  readonly counted?: boolean;
}

export interface ListedRequests {
  readonly heads: RequestHead[];
  readonly more: boolean;
  /** How many there are, if all were counted. */
  readonly found: number;
}

/** The requests that tell about an output file. */
export interface RequestsOfFile {
  readonly newest: RequestHead;
  /** The newest one that is written or open: whose data the file has, or gets. */
  readonly standing?: RequestHead;
}

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

  /** Where an open request stands. */
  openHead(entry: TrackedRequest): RequestHead | undefined {
    const live = liveRecord(entry);
    return live && withoutDetails(live);
  }

  /** All that is known of a request; undefined for one that is not known (any more). */
  async record(id: string): Promise<RequestRecord | undefined> {
    const entry = this.index.get(id);
    if (!entry || entry.live) return entry && liveRecord(entry);
    const record = (await this.outcomes.read(id)) ?? (await this.outcomes.search(id));
    const known = record ?? (entry.head && { ...entry.head, history: [] });
    return known && settledRecord(known, entry);
  }

  /** What is known of an output file; undefined where no request for it is known. */
  async ofFile(outputFile: string): Promise<RequestsOfFile | undefined> {
    const { newest, standing } = this.index.ofFile(outputFile);
    const head = newest && (await this.head(newest));
    if (!head) return undefined;
    return {
      newest: head,
      standing: standing === newest ? head : standing && (await this.head(standing)),
    };
  }

  /** Newest first; undefined where the request at which the page begins is not known. */
  async list(filter: RequestFilter, part: ListPart): Promise<ListedRequests | undefined> {
    const { limit, before, from = before, skip = 0, counted = false } = part;
    const start = from === undefined ? undefined : this.index.get(from);
    if (from !== undefined && !start) return undefined;
    const entries: TrackedRequest[] = [];
    let found = 0;
    const { incomplete } = filter;
    for (const entry of this.index.newestFirst(filter, start)) {
      if (entry.id === before) continue;
      // Waited for only where it has to be read: of 100,000 requests most are known.
      const known = isSettled(entry.state) ? entry.incomplete : false;
      if (incomplete !== undefined && (known ?? (await this.isIncomplete(entry))) !== incomplete) {
        continue;
      }
      found++;
      if (found > skip && entries.length < limit) entries.push(entry);
      else if (found > skip && !counted) break;
    }
    const heads = await Promise.all(entries.map((entry) => this.head(entry)));
    return {
      heads: heads.filter((head) => head !== undefined),
      more: found > skip + entries.length,
      found,
    };
  }

  private async head(entry: TrackedRequest): Promise<RequestHead | undefined> {
    const open = this.openHead(entry);
    if (open) return open;
    const head = (await this.outcomes.readHead(entry.id)) ?? entry.head;
    return head && settledRecord(head, entry);
  }

  /** Older lines have it only in their reports. */
  private async isIncomplete(entry: TrackedRequest): Promise<boolean> {
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
