import type { ChannelHeader } from '../../rows/row-block.js';
import type { ChunkFilter } from '../format/chunk-filter.js';
import type { OpenFile } from '../library/open-file.js';
import { ChannelPlot } from './channel-plot.js';
import { PulseSpan } from './pulse-span.js';

/** The group in which what is to be plotted is kept until the file is closed. */
export const WAITING_GROUP = '/entry';

/** What the plots of a file need to have noted while its rows come. */
export class Plots {
  readonly span = new PulseSpan();
  private readonly channels = new Map<string, ChannelPlot>();
  private count = 0;

  constructor(
    private readonly file: OpenFile,
    private readonly filter: ChunkFilter | undefined,
  ) {
    file.createGroup(WAITING_GROUP);
  }

  /** A channel that was opened before and had no rows is forgotten. */
  open(header: ChannelHeader): ChannelPlot {
    const plot = new ChannelPlot(this.file, header, this.newDataset(), this.filter);
    this.channels.set(header.name, plot);
    return plot;
  }

  /** In the order in which they came. */
  all(): ChannelPlot[] {
    return [...this.channels.values()];
  }

  /** A path that no dataset has. */
  newDataset(): string {
    return `${WAITING_GROUP}/${this.count++}`;
  }
}
