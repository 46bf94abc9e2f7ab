import type { ChannelHeader, PackedBlock, RowBlock } from './row-block.js';

/**
 * Where a data source puts its rows. One channel is open at a time; `InterleavedChannels` is for sources
 * that have several under way. A channel that comes again goes on with the rows that it has.
 */
export interface RowSink {
  /**
   * A channel begins, its name, type and shape are known.
   *
   * With `packed` the source has compressed values and would hand them on as they are: rows that can
   * take them have `appendPacked`. Rows that have not get the values unpacked.
   *
   * @throws ChannelFailure when this channel can't be stored, or comes again with another type or
   *   shape; the file goes on without these rows
   * @throws ChannelGoesOn when it can't be continued, as it was closed without `more`
   */
  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows;

  /** The header that a channel was opened with, if it has rows: those that come later have to fit. */
  headerOf(channel: string): ChannelHeader | undefined;
}

/** Takes the rows of one channel, in the order in which they came. */
export interface ChannelRows {
  append(block: RowBlock): void;
  /** Takes rows that stay packed, before, between or after others; see `openChannel`. */
  appendPacked?(block: PackedBlock): void;
  /**
   * No more rows for now. A channel that is closed without rows is a channel without data.
   *
   * @param more about so many rows may come when the channel is opened again; 0: none will
   */
  close(more?: number): void;
}
