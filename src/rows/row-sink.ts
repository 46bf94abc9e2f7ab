import type { ChannelHeader, RowBlock } from './row-block.js';

/** Where a data source puts what it read: one channel after another, one is open at a time. */
export interface RowSink {
  /**
   * A channel begins, its name, type and shape are known.
   *
   * @throws ChannelFailure when this channel can't be stored; the file goes on without it.
   */
  openChannel(header: ChannelHeader): ChannelRows;
}

/** Takes the rows of one channel, in the order in which they came. */
export interface ChannelRows {
  append(block: RowBlock): void;
  /** No more rows. A channel that is closed without rows is a channel without data. */
  close(): void;
}
