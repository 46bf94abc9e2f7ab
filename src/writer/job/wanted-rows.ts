import { packedPartOf, partOf } from '../../rows/block-part.js';
import {
  type ChannelHeader,
  elementsPerValue,
  type PackedBlock,
  type RowBlock,
} from '../../rows/row-block.js';
import type { ChannelRows } from '../../rows/row-sink.js';

/**
 * Rows of a channel of which some are wanted, and handed on.
 *
 * @param options those that the channel is opened with
 * @param target where they go; asked for each time
 */
export function wantedRows(
  { shape }: ChannelHeader,
  options: { readonly packed: boolean } | undefined,
  isWanted: (pulseId: bigint) => boolean,
  target: () => ChannelRows,
  close: ChannelRows['close'],
): ChannelRows {
  const elements = elementsPerValue(shape);
  const append = (block: RowBlock) => {
    for (const [first, end] of runsOf(block, isWanted)) {
      target().append(partOf(block, first, end, elements));
    }
  };
  if (!options?.packed || !target().appendPacked) return { append, close };
  return {
    append,
    close,
    appendPacked: (block) => {
      for (const [first, end] of runsOf(block, isWanted)) {
        target().appendPacked!(packedPartOf(block, first, end));
      }
    },
  };
}

/** Consecutive rows that are wanted: where they begin, and the row behind their end. */
function* runsOf(
  { rows, pulseIds }: Pick<RowBlock | PackedBlock, 'rows' | 'pulseIds'>,
  isWanted: (pulseId: bigint) => boolean,
): Generator<readonly [number, number]> {
  for (let first = 0; first < rows;) {
    if (!isWanted(pulseIds[first])) {
      first++;
      continue;
    }
    let end = first + 1;
    while (end < rows && isWanted(pulseIds[end])) end++;
    yield [first, end];
    first = end;
  }
}
