import type { ChannelHeader } from '../../rows/row-block.js';
import type { FileRows } from '../layout/file-rows.js';
import type { Spool } from '../../rows/spool.js';
import { SpooledChannel, rangeOf, type KeptBlock } from './spooled-channel.js';
import { PulseIdSet } from './pulse-id-set.js';
import { RowWindow } from './row-window.js';

/**
 * Rows of the extended format: kept until all channels are there, then every channel gets a row for
 * each pulse id that any of them has. Of rows with the same pulse id the last one counts.
 *
 * Memory: the spool's, the pulse ids' bits, and a window of some MB (one row, if that is more).
 */
export class ExtendedRows {
  private union = new PulseIdSet();
  private readonly channels = new Map<string, SpooledChannel>();
  private hasLeftOut = false;

  /** @param spool where they are kept; closed at the end */
  constructor(private readonly spool: Spool) {}

  /** A channel that was opened before and had no rows is forgotten. */
  openChannel(header: ChannelHeader): FileRows {
    const channel = new SpooledChannel(header, this.spool, (ids, count) =>
      this.union.add(ids, count),
    );
    this.channels.set(header.name, channel);
    return channel;
  }

  /** A channel has no place in the file after all, nor has a pulse that no other one has. */
  leaveOut(name: string): void {
    if (this.channels.delete(name)) this.hasLeftOut = true;
  }

  /**
   * Hands on all channels, each with the rows of the union, and gives the spool's space back.
   *
   * @param moved is called after each block of rows
   */
  replay(openChannel: (header: ChannelHeader) => FileRows, moved: () => void): void {
    if (this.hasLeftOut) this.union = this.unionOfAll();
    this.union.seal();
    for (const channel of this.channels.values()) {
      const rows = openChannel(channel.header);
      this.replayChannel(channel, rows, moved);
      rows.close();
    }
    this.close();
  }

  close(): void {
    this.spool.close();
  }

  private unionOfAll(): PulseIdSet {
    const union = new PulseIdSet();
    for (const { blocks, mostRows } of this.channels.values()) {
      const ids = new BigInt64Array(mostRows);
      for (const { pulseIds, rows } of blocks) {
        this.spool.read(pulseIds, ids);
        union.add(ids, rows);
      }
    }
    return union;
  }

  private replayChannel(channel: SpooledChannel, target: FileRows, moved: () => void): void {
    const window = new RowWindow(channel, this.spool, this.union);
    const waiting = [...channel.blocks.entries()].sort(([, a], [, b]) => b.lowest - a.lowest);
    let active: [number, KeptBlock][] = [];
    for (let first = 0; first < this.union.size; first += window.size) {
      window.moveTo(first);
      const { lowest, highest } = rangeOf(window.pulseIds, window.rows);
      active = active.filter(([, block]) => block.highest >= lowest);
      while (waiting.length > 0 && waiting[waiting.length - 1][1].lowest <= highest)
        active.push(waiting.pop()!);
      // In the order in which they came, so that the last of several rows stays.
      active.sort(([a], [b]) => a - b);
      for (const [, block] of active) window.place(block);
      target.append(window.toBlock());
      moved();
    }
  }
}
