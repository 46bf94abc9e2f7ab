import type { WriterSettings } from '../../config/writer-settings.js';
import type { LogWriter } from '../../logging/log-writer.js';
import type { MessageServer } from '../../transport/message-server.js';
import type { Abilities } from '../ability/abilities.js';
import type { Housekeeping } from '../housekeeping.js';
import type { Reporter } from '../reporting/reporter.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import type { WriterService } from '../writer.service.js';

/**
 * The parts of a writer that are watched by another application. In a wrapper, as that application
 * would otherwise begin and end them as its own.
 */
export class WatchedWriter {
  constructor(
    readonly settings: WriterSettings,
    readonly service: WriterService,
    readonly threads: ThreadPool,
    readonly stream: MessageServer,
    readonly reporter: Reporter,
    readonly housekeeping: Housekeeping,
    readonly abilities: Abilities,
    readonly log: LogWriter,
  ) {}
}
