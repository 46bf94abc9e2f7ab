import { AppendOnlyFile } from '../../audit/append-only-file.js';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import { laneOf } from '../../request/lane.js';
import { isIncomplete } from '../../report/count-channels.js';
import { sortKeyOf } from '../../request/request-order.js';
import { FileTail, type LinePlace, readLine } from '../../audit/file-tail.js';
import { Deaths } from './deaths.js';
import { OutcomeNotSaved } from './errors.js';
import { LineQueue } from './line-queue.js';
import {
  type NoteLine,
  parseSettledLine,
  readOutcomeLine,
  settledLine,
} from '../../audit/outcome-line.js';
import { type Notes, PastNotes, heals } from './past-notes.js';
import { patiently } from './patiently.js';
import { withoutDetails } from './record-changes.js';
import type { RequestIndex } from './request-index.js';
import { TrackedRequest } from './tracked-request.js';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import { rotatedFiles, visitMoved, visitRotated } from '../../audit/rotated-files.js';
import { isSettled } from '../../report/request-state.js';

/**
 * Outcomes of requests: `<audit_file>.outcomes`, one line of JSON each, appended only.
 *
 * Lines outlive the process, and nothing waits for the disk but who asks for it. A request whose line a crash of
 * the machine loses is sent again, with the same outcome, as its file is there.
 */
export class OutcomesFile {
  private readonly queue: LineQueue;
  private readonly lines: FileTail;
  private readonly reads = new SerialQueue();
  private nextRead: Promise<void> | undefined;
  private readonly deaths = new Deaths();

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
    const notes = new PastNotes(this.index, this.deaths);
    const take = (line: Buffer, place?: LinePlace) => {
      const head = this.take(line, place, (note) => notes.take(note));
      if (head) notes.settled(head, line);
    };
    // First: what logrotate moves meanwhile is among the others, or still this one.
    await patiently(() => this.lines.hold());
    await patiently(() => visitRotated(this.path, (line) => take(line)));
    await patiently(() => this.lines.readOn(take));
    return notes;
  }

  /** Lines that the disk has not taken yet. */
  get unwritten(): number {
    return this.queue.size;
  }

  /** @param written called when the file has it, and all that was noted before */
  note(line: NoteLine, written?: () => void): void {
    this.queue.add(JSON.stringify(line), written);
  }

  /** Notes that a writer died while it wrote a request. @returns false for a death that was noted before */
  died(id: string, death: string): boolean {
    const isNew = this.deaths.add(death);
    if (isNew) this.note({ died: id, death });
    return isNew;
  }

  /**
   * @returns when the record is on disk
   * @throws OutcomeNotSaved
   */
  async settleDurably(record: RequestRecord): Promise<void> {
    try {
      await this.queue.addDurably(settledLine(record));
    } catch (error) {
      throw new OutcomeNotSaved(this.path, error);
    }
  }

  /** @returns when all that was noted so far is on disk, however long the disk refuses it */
  allOnDisk(): Promise<void> {
    return this.queue.allDurable();
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
    const record = parseSettledLine((await readLine(place)).toString());
    if (record?.request_id === id) return record;
    // Copied away and cut off (copytruncate): what the index knows of it stands in the copy.
    await visitRotated(this.path, (line) => this.take(line));
    return undefined;
  }

  /** The same without history and report, which may be large: they are not parsed. */
  async readHead(id: string): Promise<RequestHead | undefined> {
    await this.catchUp();
    const place = this.index.get(id)?.place;
    const content = place && readOutcomeLine(await readLine(place));
    const head = content && 'head' in content ? content.head : undefined;
    // Older lines have the counts of channels only in their reports.
    const isWhole = head?.request_id === id && head.channels_asked !== undefined;
    if (isWhole) return head;
    const record = await this.read(id);
    return record && withoutDetails(record);
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

  /** One that has not begun yet serves all who ask meanwhile, as the rows of a list do. */
  private catchUp(): Promise<void> {
    return (this.nextRead ??= this.reads.run(() => {
      this.nextRead = undefined;
      return this.lines.readOn((line, place) => this.take(line, place));
    }));
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
    if (known && !isSettled(known.state)) {
      // Open again since: what became of it stands further behind, unless it heals in vain
      // or is just being cancelled.
      if (heals(head) || head.cancelled) known.place = place;
      return head;
    }
    const { request_id: id, accepted, output_file: outputFile, replay_of: replayOf } = head;
    const sortKey = sortKeyOf({ sequence: head.sequence, timestamp: accepted });
    const lane = laneOf(head);
    const facts = { id, accepted, outputFile, sortKey, lane, replayOf };
    const entry = known ?? new TrackedRequest(facts);
    entry.settle(head.state);
    entry.incomplete = isIncomplete(head);
    entry.withheld = head.withheld !== undefined;
    entry.place = place;
    entry.head = place ? undefined : head;
    if (!known) this.index.add(entry);
    return head;
  }
}
