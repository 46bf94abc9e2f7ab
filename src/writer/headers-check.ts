import { EventLog } from '../logging/event-log.js';
import type { HeadersFile } from '../http-client/headers-file.js';

/** Looks at the file of headers for data APIs when the writer starts. */
export class HeadersCheck {
  private readonly logger = new EventLog('Writer');

  /** @param file undefined where none is named */
  constructor(private readonly file: HeadersFile | undefined) {}

  /** @throws HeadersFileUnusable */
  async start(): Promise<void> {
    await this.file?.prove();
    for (const error of this.file?.takeWarnings() ?? []) {
      this.logger.warn('needs attention', { error });
    }
  }
}
