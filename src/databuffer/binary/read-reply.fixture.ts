import type { PackedBlock } from '../../rows/row-block.js';
import type { ChannelHeader } from '../../rows/row-block.js';
import type { ChannelRows } from '../../rows/row-sink.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { cut } from '../json/tree.fixture.js';
import type { Expected, ReplyResult } from '../reply-result.js';
import { BinaryReplyReader } from './reply-reader.js';

export interface PackedRow {
  readonly pulseId: bigint;
  readonly timestamp: bigint;
  readonly present: number;
  readonly packed: Buffer;
}

/** Takes images packed, as they come; all else as `RecordingSink` does. */
export class PackedSink extends RecordingSink {
  readonly packedRows: PackedRow[] = [];
  /** Where in words of eight bytes they lay. */
  readonly places: number[] = [];

  override openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows {
    const rows = super.openChannel(header);
    if (options?.packed !== true) return rows;
    return { ...rows, appendPacked: (block) => this.keep(block) };
  }

  private keep(block: PackedBlock): void {
    for (let i = 0; i < block.rows; i++) {
      this.packedRows.push({
        pulseId: block.pulseIds[i],
        timestamp: block.timestamps[i],
        present: block.present[i],
        packed: Buffer.from(block.packed[i]),
      });
      this.places.push(block.packed[i].byteOffset % 8);
    }
  }
}

/** Reads a whole reply, cut at the given bytes. */
export function readFrames(
  frames: readonly Uint8Array[],
  expected: Partial<Expected> = {},
  cuts: readonly number[] = [],
  sink = new RecordingSink(),
): { result: ReplyResult; sink: RecordingSink } {
  const reader = new BinaryReplyReader({ channels: ['A'], ...expected }, sink);
  for (const piece of cut(Buffer.concat(frames), cuts)) {
    reader.push(piece);
    // Whatever is kept of a piece must have been copied.
    piece.fill(0xee);
  }
  return { result: reader.end(), sink };
}
