import { ChannelFailure } from '../report/errors.js';
import { type ChannelHeader, elementsPerValue, type RowBlock } from '../rows/row-block.js';
import type { ChannelRows, RowSink } from '../rows/row-sink.js';
import type { Spool } from '../rows/spool.js';
import { BlockLoader, releaseBlock, spoolBlock, type SpooledBlock } from '../rows/spooled-block.js';

/** A channel, or another piece of one, between the time that it is expected and the time that it is over. */
interface Turn {
  readonly channel: string;
  /** Once it is open here. */
  header?: ChannelHeader;
  /** Once it is open in the sink. */
  target?: ChannelRows;
  /** Rows that came before. */
  waiting: SpooledBlock[];
  isOver: boolean;
}

/**
 * Stands in front of a sink for a source that has several channels under way at once. The rows of the
 * first channel that is not over go straight to the sink; those of the others wait in a spool.
 *
 * The sink gets channels in the order asked for, then those that nobody asked for, and pieces of
 * channels that were closed before. A channel is over when its rows are closed or when it is skipped.
 *
 * A block that waits takes some 600 bytes of memory besides its room in the spool, however few its rows.
 */
export class InterleavedChannels implements RowSink {
  /** Channels that the sink refused, possibly long after they were opened here; their rows are dropped. */
  readonly failures = new Map<string, ChannelFailure>();
  /** Channels that are not over, in order, from `first` on. */
  private readonly turns: (Turn | undefined)[];
  private first = 0;
  /** By channel: those that were not opened yet. */
  private readonly expected: Map<string, Turn>;
  /** By channel: those whose rows wait. */
  private readonly waiting = new Map<string, Turn>();
  private readonly loader: BlockLoader;

  /**
   * @param order names of the channels asked for
   * @param spool for what has to wait; used by nobody else, closed by the caller
   */
  constructor(
    private readonly sink: RowSink,
    order: readonly string[],
    private readonly spool: Spool,
  ) {
    this.expected = new Map(order.map((channel) => [channel, newTurn(channel)]));
    this.turns = [...this.expected.values()];
    this.loader = new BlockLoader(spool);
  }

  /** Never throws a ChannelFailure: see `failures`. Any other error of the sink goes on. */
  openChannel(header: ChannelHeader): ChannelRows {
    const turn = this.expectedTurn(header.name) ?? this.addTurn(header.name);
    turn.header = header;
    this.advance();
    return {
      append: (block) => this.append(turn, block),
      close: () => this.end(turn),
    };
  }

  headerOf(channel: string): ChannelHeader | undefined {
    return this.waiting.get(channel)?.header ?? this.sink.headerOf(channel);
  }

  /** Nothing comes of a channel that was asked for, and others need not wait for it. */
  skip(channel: string): void {
    const turn = this.expectedTurn(channel);
    if (turn) this.end(turn);
  }

  /** Nothing more comes at all: hands on what still waits. */
  finish(): void {
    for (const turn of this.turns) if (turn) turn.isOver = true;
    this.advance();
  }

  private expectedTurn(channel: string): Turn | undefined {
    const turn = this.expected.get(channel);
    this.expected.delete(channel);
    return turn;
  }

  private addTurn(channel: string): Turn {
    const turn = newTurn(channel);
    this.turns.push(turn);
    return turn;
  }

  private append(turn: Turn, block: RowBlock): void {
    if (this.failures.has(turn.channel)) return;
    const { target, channel } = turn;
    if (target) {
      this.guard(turn, () => target.append(block));
      return;
    }
    turn.waiting.push(spoolBlock(this.spool, block, elementsPerValue(turn.header!.shape)));
    if (!this.waiting.has(channel)) this.waiting.set(channel, turn);
  }

  private end(turn: Turn): void {
    turn.isOver = true;
    this.advance();
  }

  /** Hands on as many channels as are over, and opens the next one. */
  private advance(): void {
    for (let turn = this.turns.at(this.first); turn; turn = this.turns.at(this.first)) {
      const { channel, header, target } = turn;
      if (header && !target && !this.failures.has(channel)) this.open(turn, header);
      if (!turn.isOver) return;
      this.guard(turn, () => turn.target?.close());
      this.turns[this.first++] = undefined;
    }
  }

  private open(turn: Turn, header: ChannelHeader): void {
    const { channel, waiting } = turn;
    this.guard(turn, () => {
      const target = this.sink.openChannel(header);
      turn.target = target;
      for (const block of waiting) target.append(this.loader.load(block, header));
    });
    turn.waiting = [];
    for (const block of waiting) releaseBlock(this.spool, block);
    if (this.waiting.get(channel) === turn) this.waiting.delete(channel);
  }

  private guard(turn: Turn, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ChannelFailure)) throw error;
      this.failures.set(turn.channel, error);
    }
  }
}

function newTurn(channel: string): Turn {
  return { channel, waiting: [], isOver: false };
}
