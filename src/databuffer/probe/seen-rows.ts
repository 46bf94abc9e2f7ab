import { datesOf } from '../../rows/date-text.js';
import { type ChannelHeader, elementsPerValue, type RowBlock } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import type { TextColumn } from '../../rows/text-column.js';
import { LargeIntegers } from './large-integers.js';

/** Any digit of a second behind the milliseconds. */
const FINER_THAN_MS = /\.\d{3}\d*[1-9]/;

/** What is kept of a channel's rows. */
export interface SeenChannel {
  header: ChannelHeader;
  /** -1 where a row has none. */
  readonly pulseIds: number[];
  /** Nanoseconds since the epoch; 0 where the date is missing or not understood. */
  readonly timestamps: bigint[];
  /** The first date, as it came. */
  date: string;
  /** Whether a date has more than milliseconds. */
  isFine: boolean;
  readonly largeIntegers: LargeIntegers;
}

/** The pulses of a channel, sorted, each once; none of one that does not follow pulses. */
export function pulsesOf({ pulseIds }: SeenChannel): number[] {
  const followed = pulseIds.filter((pulseId) => pulseId >= 0);
  return [...new Set(followed)].sort((a, b) => a - b);
}

/** Far more rows came than can have been asked for. */
export class TooManyRows extends Error {
  override readonly name = 'TooManyRows';

  /** @param rows that had come by then */
  constructor(readonly rows: number) {
    super(`${rows} rows came, and more were to come`);
  }
}

/** Takes rows as a file does, and keeps what checks look at. */
export class SeenRows implements RowSink {
  readonly channels = new Map<string, SeenChannel>();
  rows = 0;

  private bytes = 0;

  /**
   * @param most rows that are taken
   * @param mostBytes of numbers in them
   */
  constructor(
    private readonly most: number,
    private readonly mostBytes = Infinity,
  ) {}

  openChannel(header: ChannelHeader): ChannelRows {
    const channel = this.channels.get(header.name) ?? newChannel(header);
    this.channels.set(header.name, channel);
    return { append: (block) => this.take(channel, block), close: () => undefined };
  }

  headerOf(name: string): ChannelHeader | undefined {
    const channel = this.channels.get(name);
    return channel && channel.pulseIds.length > 0 ? channel.header : undefined;
  }

  /** @throws TooManyRows */
  private take(channel: SeenChannel, block: RowBlock): void {
    this.rows += block.rows;
    const dates = datesOf(block);
    for (let row = 0; row < block.rows; row++) {
      channel.pulseIds.push(Number(block.pulseIds[row]));
      channel.timestamps.push(block.timestamps[row]);
      const date = textAt(dates, row);
      channel.date ||= date;
      channel.isFine ||= FINER_THAN_MS.test(date);
    }
    const elements = elementsPerValue(channel.header.shape);
    channel.largeIntegers.take(block, elements);
    const { values } = block;
    if (values.type !== 'string') {
      this.bytes += block.rows * elements * values.array.BYTES_PER_ELEMENT;
    }
    if (this.rows > this.most || this.bytes > this.mostBytes) throw new TooManyRows(this.rows);
  }
}

function newChannel(header: ChannelHeader): SeenChannel {
  const largeIntegers = new LargeIntegers();
  return { header, pulseIds: [], timestamps: [], date: '', isFine: false, largeIntegers };
}

function textAt({ bytes, ends }: TextColumn, row: number): string {
  return Buffer.from(bytes.subarray(row === 0 ? 0 : ends[row - 1], ends[row])).toString();
}
