import { AppendOnlyFile } from '../../audit/append-only-file.js';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import type { WriteRequest } from '../../request/write-request.js';
import { isIncomplete } from '../../report/count-channels.js';
import { sortKeyOf } from '../../request/request-order.js';
import { FileTail, type LinePlace, readLine } from '../../audit/file-tail.js';
import { LineQueue } from './line-queue.js';
import {
  type NoteLine,
  parseSettledLine,
  readOutcomeLine,
  settledLine,
} from '../../audit/outcome-line.js';
import { patiently } from './patiently.js';
import type { RequestIndex } from './request-index.js';
import { TrackedRequest } from './tracked-request.js';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import { rotatedFiles, visitMoved, visitRotated } from '../../audit/rotated-files.js';
import { isSettled } from '../../report/request-state.js';

/** Notes of a predecessor on requests that are not settled. */
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
  /** How often each had been sent. */
  readonly sent: ReadonlyMap<string, number>;
  /** Requests whose trail was moved away while they were open. */
  readonly carried: readonly WriteRequest[];
  /** Requests that are sent again once they are written, as an older one may have replaced their file. */
  readonly doubted: ReadonlySet<string>;
  /** A writer that has said hello to a broker of this trail, or reported an outcome. */
  readonly hello: string | undefined;
}

/**
 * Outcomes of requests: `<audit_file>.outcomes`, one line of JSON each, appended only.
 *
 * Nothing waits for the disk: lines outlive the process. A request whose line a crash of the machine
 * loses is sent again, with the same outcome, as its file is there.
 */
export class OutcomesFile {
  private readonly queue: LineQueue;
  private readonly lines: FileTail;
  private readonly reads = new SerialQueue();

  constructor(
    readonly path: string,
    private readonly index: RequestIndex,
  ) {
    this.queue = new LineQueue(new AppendOnlyFile(path));
    this.lines = new FileTail(path);
  }

  /**
   * Reads the lines of predecessors into the index; damaged ones are skipped.
   *
   * @throws PastUnreadable
   */
  async open(): Promise<Notes> {
    const sent = new Map<string, number>();
    const carried: WriteRequest[] = [];
    let hello: string | undefined;
    let start: { readonly started?: number; readonly known?: readonly string[] } = {};
    let isEmpty = true;
    const doubted = new Set<string>();
    const reopen = (id: string, attempt: number) => {
      this.index.remove(id);
      sent.set(id, attempt);
      doubted.delete(id);
    };
    const note = (line: NoteLine) => {
      isEmpty = false;
      if ('sent' in line) sent.set(line.request_id, line.sent);
      else if ('carried' in line) {
        carried.push(line.carried);
        if (line.reopened !== undefined) reopen(line.carried.request_id!, line.reopened);
      } else if ('doubted' in line) doubted.add(line.doubted);
      else if ('recovered' in line) reopen(line.recovered, 0);
      else if ('hello' in line) ({ hello } = line);
      else if ('started' in line) start = line;
    };
    const take = (line: Buffer, place?: LinePlace) => {
      const settled = this.take(line, place, note);
      if (!settled) return;
      isEmpty = false;
      sent.delete(settled.request_id);
      hello ??= settled.writer_id;
    };
    // First: what logrotate moves meanwhile is among the others, or still this one.
    await patiently(() => this.lines.hold());
    await patiently(() => visitRotated(this.path, (line) => take(line)));
    await patiently(() => this.lines.readOn(take));
    const { started, known: marks } = start;
    const known = Array.isArray(marks) ? marks : undefined;
    return { started, known, sent, carried, hello, doubted, isEmpty };
  }

  /** Lines that the disk has not taken yet. */
  get unwritten(): number {
    return this.queue.size;
  }

  /** @param written called when the file has it, and all that was noted before */
  note(line: NoteLine, written?: () => void): void {
    this.queue.add(JSON.stringify(line), written);
  }

  /** @param written called when the record can be read from here */
  settle(record: RequestRecord, written: () => void): void {
    this.queue.add(settledLine(record), written);
  }

  /**
   * The whole record of a settled request; undefined where its line is not in the file any more, as
   * that was rotated: then the index has its head.
   */
  async read(id: string): Promise<RequestRecord | undefined> {
    await this.catchUp();
    const place = this.index.get(id)?.place;
    if (!place) return undefined;
    const record = parseSettledLine(await readLine(place));
    if (record?.request_id === id) return record;
    // Copied away and cut off (copytruncate): what the index knows of it stands in the copy.
    await visitRotated(this.path, (line) => this.take(line));
    return undefined;
  }

  /** The whole record, looked for in rotated files line by line. */
  async search(id: string): Promise<RequestRecord | undefined> {
    const name = Buffer.from(JSON.stringify(id));
    for (const file of (await rotatedFiles(this.path)).toReversed()) {
      let found: RequestRecord | undefined;
      await visitMoved(file, (line) => {
        const record = line.includes(name) ? parseSettledLine(line.toString()) : undefined;
        if (record?.request_id === id && record.history) found = record;
      });
      if (found) return found;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.queue.close();
    await this.reads.idle();
    await this.lines.close();
  }

  private catchUp(): Promise<unknown> {
    return this.reads.run(() => this.lines.readOn((line, place) => this.take(line, place)));
  }

  /** @returns the request that is settled by this line */
  private take(
    line: Buffer,
    place?: LinePlace,
    note: (line: NoteLine) => void = () => undefined,
  ): RequestHead | undefined {
    const content = readOutcomeLine(line);
    if (!content) return undefined;
    if ('head' in content) return this.enter(content.head, place);
    note(content);
    return undefined;
  }

  private enter(head: RequestHead, place: LinePlace | undefined): RequestHead | undefined {
    if (!isSettled(head.state)) return undefined;
    const known = this.index.get(head.request_id);
    // Open again since: what became of it stands further behind.
    if (known && !isSettled(known.state)) return head;
    const { request_id: id, accepted, output_file: outputFile, sequence } = head;
    const sortKey = sortKeyOf({ sequence, timestamp: accepted });
    const entry = known ?? new TrackedRequest({ id, accepted, outputFile, sortKey });
    entry.settle(head.state);
    entry.incomplete = isIncomplete(head);
    entry.withheld = head.withheld !== undefined;
    entry.place = place;
    entry.head = place ? undefined : head;
    if (!known) this.index.add(entry);
    return head;
  }
}
