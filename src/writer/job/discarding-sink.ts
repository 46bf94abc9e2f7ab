import type { ChannelRows, RowSink } from '../../rows/row-sink.js';

/** Takes all rows and keeps none: for `/dev/null`. */
export const DISCARDING_SINK: RowSink = {
  openChannel: (): ChannelRows => ({ append: () => undefined, close: () => undefined }),
  headerOf: () => undefined,
};
