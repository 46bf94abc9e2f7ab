import { AppendOnlyFile } from '../../../audit/append-only-file.js';
import { setAside } from '../../../filesystem/set-aside.js';
import { textIfThere } from '../../../filesystem/text-if-there.js';
import { EventLog } from '../../../logging/event-log.js';
import { RetrievalNotSaved } from '../errors.js';
import { type RetrievalLine, parseRetrievalLine, retrievalLine } from './retrieval-line.js';
import { RetrievalState } from './retrieval-state.js';

// What is added to it until its lines are replaced by the fewest that say the same, in characters.
const MAX_ADDED = 4 * 1024 * 1024;

/**
 * Retrievals between their numbers and their requests in the trail, on disk, and those of the last minute:
 * `<audit_file>.retrievals`, one line of JSON each.
 */
export class RetrievalsFile {
  private readonly logger = new EventLog('Broker');
  private readonly lines: AppendOnlyFile;
  private added = 0;
  readonly state = new RetrievalState();

  constructor(readonly path: string) {
    this.lines = new AppendOnlyFile(path);
  }

  /**
   * Reads what predecessors left. A damaged file is kept under another name, and the lines in it that can be
   * understood count.
   *
   * @throws RetrievalNotSaved when the file can't be read or made
   */
  async open(): Promise<void> {
    await this.orFail(async () => {
      const texts = ((await textIfThere(this.path)) ?? '').split('\n').filter((text) => text);
      const lines = texts.map(parseRetrievalLine);
      if (lines.includes(undefined)) await this.keepAside();
      for (const line of lines) if (line) this.state.apply(line);
      await this.writeFresh();
    });
  }

  /**
   * Notes something. It counts at once, and is on disk at the end.
   *
   * @throws RetrievalNotSaved
   */
  async note(line: RetrievalLine): Promise<void> {
    await this.orFail(() => this.append(line, true));
  }

  /** Notes something that the trail or the disk says as well: nothing waits for it, and its failure is logged. */
  noteLater(line: RetrievalLine): void {
    this.append(line, false).catch((error: unknown) => {
      this.logger.error('state of a retrieval could not be saved', { file: this.path, error });
    });
  }

  async close(): Promise<void> {
    await this.lines.close();
  }

  private async append(line: RetrievalLine, durable: boolean): Promise<void> {
    // First, so that lines written afresh meanwhile say it as well.
    this.state.apply(line);
    const text = retrievalLine(line);
    this.added += text.length;
    await (this.added > MAX_ADDED ? this.writeFresh() : this.lines.append([text], { durable }));
  }

  private async writeFresh(): Promise<void> {
    const lines = this.state.lines(Date.now() / 1000).map(retrievalLine);
    this.added = 0;
    await this.lines.replace(lines);
  }

  private async keepAside(): Promise<void> {
    const kept_as = await setAside(this.path);
    const message = 'saved retrievals are damaged; what can be read is used';
    this.logger.error(message, { file: this.path, kept_as });
  }

  private async orFail<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new RetrievalNotSaved(this.path, error);
    }
  }
}
