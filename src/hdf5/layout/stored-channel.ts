import { ChannelFailure, ChannelGoesOn } from '../../report/errors.js';
import {
  type ChannelHeader,
  type PackedBlock,
  type RowBlock,
  sameShape,
} from '../../rows/row-block.js';

/** Where the rows of one channel of a file go. */
export interface FileRows {
  append(block: RowBlock): void;
  appendPacked?(block: PackedBlock): void;
  /** No more rows for now, and about `more` later. */
  pause(more: number): void;
  close(): void;
}

/** A channel of a file that is being written, and whether it can take more rows. */
export class StoredChannel {
  /** Rows so far. */
  count = 0;
  private isClosed = false;

  /** @param staysOpen it can always take more rows */
  constructor(
    readonly header: ChannelHeader,
    readonly rows: FileRows,
    private readonly staysOpen: boolean,
  ) {}

  /**
   * The channel comes again.
   *
   * @returns this one, or undefined where it had no rows and is made anew, as it comes now
   * @throws ChannelFailure, ChannelGoesOn
   */
  goOn(header: ChannelHeader): StoredChannel | undefined {
    const { header: before } = this;
    const agrees = header.type === before.type && sameShape(header.shape, before.shape);
    if (this.count > 0 && !agrees) {
      throw new ChannelFailure(
        'repeated_channel',
        `it came before as ${inWords(before)}, and comes again as ${inWords(header)}`,
      );
    }
    if (this.isClosed) throw new ChannelGoesOn(before.name);
    return this.count === 0 ? undefined : this;
  }

  /** No more rows, or for now; may be called again. @param more see `ChannelRows` */
  end(more: number): void {
    if (this.isClosed) return;
    if (more > 0 || this.staysOpen) {
      this.rows.pause(more);
      return;
    }
    this.isClosed = true;
    this.rows.close();
  }
}

function inWords({ type, shape }: ChannelHeader): string {
  return `${type} [${shape.join()}]`;
}
