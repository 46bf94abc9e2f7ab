import {
  type HealingNote,
  type NoteLine,
  type SentNote,
  parseSettledLine,
} from '../../audit/outcome-line.js';
import type { RequestHead } from '../../report/request-record.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { Deaths } from './deaths.js';
import { HealingPast } from './healing-past.js';
import type { RequestIndex } from './request-index.js';

/** Notes of a predecessor on requests that are not settled, or not for good. */
export interface Notes {
  /**
   * When the trail had last been written before the last broker started, seconds since the epoch: files
   * moved away earlier had been read by then. Undefined: no broker has noted a start.
   */
  readonly started: number | undefined;
  /** Marks of the moved trails that the last broker had read; undefined for one that noted a time only. */
  readonly known?: readonly string[];
  /** Whether nothing was noted, not even a start. */
  readonly isEmpty: boolean;
  /** How often each had been sent; not there where it has failed since. */
  readonly sent: ReadonlyMap<string, number>;
  /** Whether the queue has what was sent; not there where that was not noted. */
  readonly kept: ReadonlyMap<string, boolean>;
  /** Requests whose trail was moved away while they were open. */
  readonly carried: readonly WriteRequest[];
  /** Requests that are sent again once they are written, as an older one may have replaced their file. */
  readonly doubted: ReadonlySet<string>;
  /** Requests that failed and were to be tried again. */
  readonly healing: ReadonlyMap<string, HealingPast>;
  /** How often writers died while they wrote a request that is not settled. */
  readonly deaths: ReadonlyMap<string, number>;
  /** A writer that has said hello to a broker of this trail, or reported an outcome. */
  readonly hello: string | undefined;
}

/** Gathers the notes of predecessors, line by line in their order. */
export class PastNotes implements Notes {
  isEmpty = true;
  hello: string | undefined;
  readonly sent = new Map<string, number>();
  readonly kept = new Map<string, boolean>();
  readonly carried: WriteRequest[] = [];
  readonly doubted = new Set<string>();
  readonly healing = new Map<string, HealingPast>();
  readonly deaths = new Map<string, number>();
  private start: { readonly started?: number; readonly known?: readonly string[] } = {};

  /** @param noted the deaths that are known; the ones that are found are added to it */
  constructor(
    private readonly index: RequestIndex,
    private readonly noted: Deaths,
  ) {}

  get started(): number | undefined {
    return this.start.started;
  }

  get known(): readonly string[] | undefined {
    const { known } = this.start;
    return Array.isArray(known) ? known : undefined;
  }

  take(line: NoteLine): void {
    this.isEmpty = false;
    if ('sent' in line) this.sentAgain(line);
    else if ('carried' in line) {
      this.carried.push(line.carried);
      if (line.reopened !== undefined) this.reopen(line.carried.request_id!, line.reopened);
    } else if ('doubted' in line) this.doubted.add(line.doubted);
    else if ('recovered' in line) this.reopen(line.recovered, 0);
    else if ('healing' in line) this.failedAgain(line);
    else if ('died' in line) {
      const { died: id, death } = line;
      if (this.noted.add(death)) this.deaths.set(id, (this.deaths.get(id) ?? 0) + 1);
    } else if ('hello' in line) this.hello = line.hello;
    else if ('started' in line) this.start = line;
  }

  /** A request is settled. @param line all that its line says */
  settled(head: RequestHead, line: Buffer): void {
    const { request_id: id, writer_id } = head;
    this.isEmpty = false;
    this.hello ??= writer_id;
    this.sent.delete(id);
    this.kept.delete(id);
    const record = heals(head) ? parseSettledLine(line.toString()) : undefined;
    if (record) {
      this.healing.set(id, new HealingPast(record));
      return;
    }
    this.healing.delete(id);
    this.deaths.delete(id);
  }

  /** Given back, it is as often sent as before: then its last failure may be the newest of all. */
  private sentAgain({ request_id: id, sent, kept }: SentNote): void {
    if (kept === undefined) this.kept.delete(id);
    else this.kept.set(id, kept);
    const { attempt = 0 } = this.healing.get(id)?.record ?? {};
    if (sent > attempt) this.sent.set(id, sent);
    else this.sent.delete(id);
  }

  private failedAgain(line: HealingNote): void {
    const { healing: id, next_attempt } = line;
    this.sent.delete(id);
    if (next_attempt === undefined) this.healing.delete(id);
    else this.healing.get(id)?.note(line);
    const entry = this.index.get(id);
    if (entry) entry.healed = line;
  }

  private reopen(id: string, attempt: number): void {
    this.index.remove(id);
    this.sent.set(id, attempt);
    this.kept.delete(id);
    this.doubted.delete(id);
    this.healing.delete(id);
  }
}

/** Whether a settled line is that of a request that is tried again. */
export function heals({ state, next_attempt }: RequestHead): boolean {
  return state === 'failed' && typeof next_attempt === 'number';
}
