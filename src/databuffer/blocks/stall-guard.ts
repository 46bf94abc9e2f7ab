import { MalformedReply } from '../errors.js';

/** Twice the JSON text of the largest value that is stored. */
const MAX_BYTES_WITHOUT_ROW = 2 * 1024 ** 3;

/**
 * Refuses a reply that goes on and on without a row: blanks, one text, a header again and again. It
 * would hold a job for ever, since neither time nor size of a reply is limited while data comes.
 */
export class StallGuard {
  private channels = 0;
  private rows = 0;
  private since = 0;

  constructor(private readonly mostBytes = MAX_BYTES_WITHOUT_ROW) {}

  /**
   * @param rows of the current channel that came so far, stored or not
   * @param bytes of the reply so far
   * @throws MalformedReply
   */
  note(channels: number, rows: number, bytes: number): void {
    if (channels !== this.channels || rows !== this.rows) {
      this.channels = channels;
      this.rows = rows;
      this.since = bytes;
    } else if (bytes - this.since > this.mostBytes) {
      throw new MalformedReply(bytes, `more than ${this.mostBytes} bytes came without a row`);
    }
  }
}
