import { EventLog } from '../../logging/event-log.js';
import type { HealingPast } from './healing-past.js';
import { type OpenRequest, type PastSources, readPast } from './past.js';
import { RecordedLines } from './recorded-lines.js';
import type { RecordedRequest } from './recorded-request.js';

/** Recovers the requests that predecessors left in a trail, and notes it for the next broker. */
export class Recovery {
  private readonly logger = new EventLog('Broker');
  private lines: RecordedLines | undefined;
  private hello: string | undefined;
  /** Requests that are sent again once they are written, as a predecessor noted. */
  doubted: ReadonlySet<string> = new Set();
  /** Requests that a predecessor left healing, until they are accepted. */
  readonly healing = new Map<string, HealingPast>();
  /** Parts of trails that could not be read. */
  damagedParts = 0;

  constructor(private readonly sources: Omit<PastSources, 'lines'>) {}

  /**
   * Marks where the lines of predecessors end and those of this broker begin.
   *
   * @throws NodeJS.ErrnoException when the trail can't be read
   */
  async openTrail(): Promise<void> {
    this.lines = await RecordedLines.open(this.sources.trail);
  }

  /**
   * Requests may be recorded meanwhile.
   *
   * @param withhold takes those that are not to be sent, as the outcomes were lost
   * @returns the requests that are to be delivered, in the order in which they were recorded
   * @throws PastUnreadable, or NodeJS.ErrnoException when the trail can't be read
   */
  async run(withhold: (recorded: RecordedRequest) => void): Promise<readonly OpenRequest[]> {
    const { outcomes } = this.sources;
    const past = await readPast({ ...this.sources, lines: this.lines! });
    this.damagedParts = past.damagedParts;
    this.doubted = past.doubted;
    for (const [id, healing] of past.healing) this.healing.set(id, healing);
    for (const recorded of past.withheld) withhold(recorded);
    for (const note of past.notes) outcomes.note(note, () => this.outcomesNoted());
    // Once more: the lines that tell it may be rotated away before the next start.
    if (past.hello !== undefined) this.heard(past.hello);
    return past.open;
  }

  /** Whether a writer has said hello on this trail, to this broker or to a predecessor. */
  get helloKnown(): boolean {
    return this.hello !== undefined;
  }

  /** Notes that a writer reports. */
  heard(writer: string): void {
    if (this.hello !== undefined) return;
    this.hello = writer;
    this.sources.outcomes.note({ hello: writer });
  }

  async close(): Promise<void> {
    await this.lines?.close();
  }

  private outcomesNoted(): void {
    const { id, trail } = this.sources;
    id?.outcomesNoted().catch((error: unknown) => {
      this.logger.warn('id of the trail could not be saved', { file: `${trail}.id`, error });
    });
  }
}
