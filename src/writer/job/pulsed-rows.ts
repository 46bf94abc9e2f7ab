import { ChannelFailure } from '../../report/errors.js';
import type { ChannelReport } from '../../report/channel-report.js';
import type { ChannelHeader } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';

/** Code of the failure, and of the problem where such rows are stored. */
export const NO_PULSE_IDS = 'no_pulse_ids';

const NO_ID = -1n;
const WHY =
  'has rows without pulse ids, by which the extended format puts the rows of channels side by side: ' +
  'ask for the compact format (output_file_format)';

/**
 * Stands before a file of the extended format, and fails channels that have rows without pulse ids: at the first
 * such row, however many came before.
 */
export class PulsedRows implements RowSink {
  /** Channels that have failed; the file may have rows of them, and must not keep these. */
  readonly leftOut = new Set<string>();

  constructor(private readonly sink: RowSink) {}

  /** Its rows throw ChannelFailure. */
  openChannel(header: ChannelHeader): ChannelRows {
    const { name } = header;
    // Without `packed`, which the extended format does not take.
    const rows = this.sink.openChannel(header);
    let isOpen = true;
    const close = (more?: number) => {
      if (isOpen) rows.close(more);
      isOpen = false;
    };
    return {
      close,
      append: (block) => {
        if (!this.leftOut.has(name) && !block.pulseIds.subarray(0, block.rows).includes(NO_ID)) {
          rows.append(block);
          return;
        }
        this.leftOut.add(name);
        close();
        throw new ChannelFailure(NO_PULSE_IDS, WHY);
      },
    };
  }

  headerOf(channel: string): ChannelHeader | undefined {
    return this.sink.headerOf(channel);
  }

  /** The reports of channels as they are in the file. */
  reportsOf(channels: readonly ChannelReport[]): readonly ChannelReport[] {
    if (this.leftOut.size === 0) return channels;
    return channels.map((channel) =>
      this.leftOut.has(channel.name)
        ? { ...channel, rows: 0, first_pulse_id: undefined, last_pulse_id: undefined }
        : channel,
    );
  }
}
