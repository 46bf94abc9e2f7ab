import type { ChannelHeader, RowBlock } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import { PulseSteps } from './pulse-steps.js';

/** Hands rows on to a sink, counts them, and takes the time that the sink needs. */
export class CountingSink implements RowSink {
  /** Rows so far, all channels together. */
  rows = 0;
  /** Time that the sink took so far, in ms. */
  milliseconds = 0;
  private readonly steps = new Map<string, PulseSteps>();

  /**
   * @param moreOf how many rows may come of a channel that is closed, when it is opened again
   * @param moved is called after each block of rows
   */
  constructor(
    private readonly sink: RowSink,
    private readonly moreOf: (steps: PulseSteps) => number = () => 0,
    private readonly moved: () => void = () => undefined,
  ) {}

  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows {
    const target = this.timed(() => this.sink.openChannel(header, options));
    const steps = this.steps.get(header.name) ?? new PulseSteps();
    this.steps.set(header.name, steps);
    const count = ({ rows, pulseIds }: Pick<RowBlock, 'rows' | 'pulseIds'>) => {
      this.rows += rows;
      steps.add(pulseIds, rows);
      this.moved();
    };
    return {
      append: (block) => {
        this.timed(() => target.append(block));
        count(block);
      },
      ...(target.appendPacked && {
        appendPacked: (block) => {
          this.timed(() => target.appendPacked!(block));
          count(block);
        },
      }),
      close: () => this.timed(() => target.close(this.moreOf(steps))),
    };
  }

  headerOf(channel: string): ChannelHeader | undefined {
    return this.sink.headerOf(channel);
  }

  private timed<T>(work: () => T): T {
    const begun = performance.now();
    try {
      return work();
    } finally {
      this.milliseconds += performance.now() - begun;
    }
  }

  /** Of a channel whose rows went through here. */
  stepsOf(channel: string): PulseSteps | undefined {
    return this.steps.get(channel);
  }
}
