import type { ChannelDescription } from '../../databuffer/reply-result.js';
import type { ChannelReport } from '../../report/channel-report.js';
import type { RowSink } from '../../rows/row-sink.js';

/** What a file was filled with. */
export interface Filling {
  readonly channels: readonly ChannelReport[];
  /** Channels of which the file may have rows, and must not keep them. */
  readonly leftOut?: ReadonlySet<string>;
  readonly descriptions?: ReadonlyMap<string, ChannelDescription>;
}

/** Puts the rows into a file and tells which channels there are. `spoolPath` is a free name beside the file. */
export type Fill = (sink: RowSink, spoolPath: string) => Promise<Filling>;
