import { ChannelText } from './channel-text.js';
import type { Reply } from './reply.js';
import type { Workload } from './workload.js';

/** The reply to a query for a whole workload, for so many blocks of pulses. */
export class JsonReply implements Reply {
  private readonly channels: readonly ChannelText[];

  constructor({ channels, pulses }: Workload, seed: number) {
    this.channels = channels.map((channel) => new ChannelText(channel, pulses, seed));
  }

  byteLength(blocks: number): number {
    const parts = this.channels.map((channel) => channel.byteLength(blocks));
    return parts.reduce((sum, bytes) => sum + bytes + 1, 1);
  }

  *pieces(blocks: number): Generator<Buffer> {
    for (const [n, channel] of this.channels.entries()) {
      yield Buffer.from(n === 0 ? '[' : ',');
      yield* channel.pieces(blocks);
    }
    yield Buffer.from(']');
  }
}
