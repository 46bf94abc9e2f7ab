import { packedPartOf, partOf } from '../../rows/block-part.js';
import {
  type ChannelHeader,
  elementsPerValue,
  type PackedBlock,
  type RowBlock,
} from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';

const NOTHING_WANTED: ChannelRows = { append: () => undefined, close: () => undefined };

/**
 * Takes the answer to a second question, and hands on what was asked for only: servers reply with
 * what they have, and rows that are in the file already would be there twice.
 */
export class LaterRows implements RowSink {
  private open: ChannelRows | undefined;

  /** @param wanted by channel: the first pulse that is missing */
  constructor(
    private readonly sink: RowSink,
    private readonly wanted: ReadonlyMap<string, number>,
  ) {}

  openChannel(header: ChannelHeader, options?: { readonly packed: boolean }): ChannelRows {
    const from = this.wanted.get(header.name);
    if (from === undefined) return NOTHING_WANTED;
    const elements = elementsPerValue(header.shape);
    // Opened with its first row: without one, type and shape may be a server's guess.
    const target = () => (this.open ??= this.sink.openChannel(header, options));
    const append = (block: RowBlock) => {
      for (const [first, end] of runsFrom(block, from)) {
        target().append(partOf(block, first, end, elements));
      }
    };
    const close = () => this.close();
    if (!options?.packed || !target().appendPacked) return { append, close };
    return {
      append,
      close,
      appendPacked: (block) => {
        for (const [first, end] of runsFrom(block, from)) {
          target().appendPacked!(packedPartOf(block, first, end));
        }
      },
    };
  }

  headerOf(channel: string): ChannelHeader | undefined {
    return this.sink.headerOf(channel);
  }

  /** Closes what is open, also where an answer broke off. */
  close(): void {
    const { open } = this;
    this.open = undefined;
    open?.close();
  }
}

/** Consecutive rows of pulses from `from` on: where they begin, and the row behind their end. */
function* runsFrom(
  { rows, pulseIds }: Pick<RowBlock | PackedBlock, 'rows' | 'pulseIds'>,
  from: number,
): Generator<readonly [number, number]> {
  for (let first = 0; first < rows;) {
    if (pulseIds[first] < from) {
      first++;
      continue;
    }
    let end = first + 1;
    while (end < rows && pulseIds[end] >= from) end++;
    yield [first, end];
    first = end;
  }
}
