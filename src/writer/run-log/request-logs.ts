import { EventLog } from '../../logging/event-log.js';
import type { HeldRequest } from '../held-request.js';
import type { Housekeeping } from '../housekeeping.js';
import { RequestLog } from './request-log.js';

/** The logs of requests: of one that names a log file its own, else the writer's alone. */
export class RequestLogs {
  private readonly logger = new EventLog('Writer');
  private readonly own = new WeakMap<HeldRequest, RequestLog>();

  constructor(private readonly housekeeping: Housekeeping) {}

  of(held: HeldRequest): EventLog {
    return this.ownOf(held) ?? this.logger;
  }

  /** A request came to an end here. @param isOver whether nobody else goes on with it */
  async end(held: HeldRequest, isOver: boolean): Promise<void> {
    const log = this.ownOf(held);
    if (isOver) log?.over();
    await log?.settled();
  }

  private ownOf(held: HeldRequest): RequestLog | undefined {
    const { logFile } = held.parsed ?? {};
    if (logFile === undefined) return undefined;
    const known = this.own.get(held);
    if (known) return known;
    const log = new RequestLog((lines) => this.housekeeping.appendToLog(logFile, lines, held));
    this.own.set(held, log);
    return log;
  }
}
