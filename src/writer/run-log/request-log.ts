import type { LogLevel } from '../../config/common-settings.js';
import { withoutCredentials } from '../../config/url-credentials.js';
import { EventLog } from '../../logging/event-log.js';
import { plainFields, textLines } from '../../logging/text-lines.js';

const lineOf = textLines();

/** Appends lines, each with its line end. Never rejects. */
export type Append = (lines: readonly string[]) => Promise<void>;

/**
 * The log of a request that names a log file: its events go there as well, in the same words, those for debugging
 * included. Lines are appended behind the turn in which they come; whoever follows a run sees them at once.
 */
export class RequestLog extends EventLog {
  private readonly came = performance.now();
  private waiting: string[] = [];
  private appended: Promise<void> = Promise.resolve();

  constructor(private readonly append: Append) {
    super('Writer');
  }

  override debug: EventLog['debug'] = (message, fields) => {
    super.debug(message, fields);
    this.note('DEBUG', message, fields);
  };

  override log: EventLog['log'] = (message, fields) => {
    super.log(message, fields);
    this.note('INFO', message, fields);
  };

  override warn: EventLog['warn'] = (message, fields) => {
    super.warn(message, fields);
    this.note('WARNING', message, fields);
  };

  override error: EventLog['error'] = (message, fields) => {
    super.error(message, fields);
    this.note('ERROR', message, fields);
  };

  /** Says that the request is over, in the words that clients look for. */
  over(): void {
    const seconds = ((performance.now() - this.came) / 1000).toFixed(3);
    this.note('INFO', `processing request took ${seconds} seconds`);
  }

  /** Resolves when all lines so far are appended, or could not be. */
  async settled(): Promise<void> {
    this.flush();
    await this.appended;
  }

  private note(level: LogLevel, msg: string, fields: object = {}): void {
    const event = { level, time: new Date().toISOString(), logger: 'Writer', msg };
    const known = Object.entries(plainFields(fields)).filter(([, value]) => value !== undefined);
    const line = lineOf({ ...event, ...Object.fromEntries(known) });
    this.waiting.push(withoutCredentials(line));
    if (this.waiting.length === 1) setImmediate(() => this.flush());
  }

  private flush(): void {
    if (this.waiting.length === 0) return;
    const lines = this.waiting;
    this.waiting = [];
    this.appended = Promise.all([this.appended, this.append(lines)]).then(() => undefined);
  }
}
