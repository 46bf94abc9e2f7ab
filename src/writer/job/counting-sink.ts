import type { ChannelHeader, RowBlock } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import { PulseSteps } from './pulse-steps.js';

/** Hands rows on to a sink, and counts them. */
export class CountingSink implements RowSink {
  /** Rows so far, all channels together. */
  rows = 0;
  private readonly steps = new Map<string, PulseSteps>();

  constructor(private readonly sink: RowSink) {}

  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows {
    const target = this.sink.openChannel(header, options);
    const steps = new PulseSteps();
    this.steps.set(header.name, steps);
    const count = ({ rows, pulseIds }: Pick<RowBlock, 'rows' | 'pulseIds'>) => {
      this.rows += rows;
      steps.add(pulseIds, rows);
    };
    return {
      append: (block) => (target.append(block), count(block)),
      ...(target.appendPacked && {
        appendPacked: (block) => (target.appendPacked!(block), count(block)),
      }),
      close: () => target.close(),
    };
  }

  /** Of a channel, see {@link PulseSteps.missing}. */
  missingPulses(channel: string): number | undefined {
    return this.steps.get(channel)?.missing();
  }
}
