import type { ChannelHeader } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import { wantedRows } from './wanted-rows.js';

const NOTHING_WANTED: ChannelRows = { append: () => undefined, close: () => undefined };

/**
 * Takes the answer to a second question, and hands on what was asked for only: servers reply with
 * what they have, and rows that are in the file already would be there twice.
 */
export class LaterRows implements RowSink {
  private open: ChannelRows | undefined;

  /** @param wanted by channel: the first pulse that is missing */
  constructor(
    private readonly sink: RowSink,
    private readonly wanted: ReadonlyMap<string, number>,
  ) {}

  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows {
    const from = this.wanted.get(header.name);
    if (from === undefined) return NOTHING_WANTED;
    // Opened with its first row: without one, type and shape may be a server's guess.
    const target = () => (this.open ??= this.sink.openChannel(header, options));
    return wantedRows(
      header,
      options,
      (pulseId) => pulseId >= from,
      target,
      () => this.close(),
    );
  }

  headerOf(channel: string): ChannelHeader | undefined {
    return this.sink.headerOf(channel);
  }

  /** Closes what is open, also where an answer broke off. */
  close(): void {
    const { open } = this;
    this.open = undefined;
    open?.close();
  }
}
