import { channelNameProblem } from '../../request/channel.js';
import { ChannelFailure, ChannelGoesOn } from '../../report/errors.js';
import { bytesPerElement } from '../../encoding/element-type.js';
import { type ChannelHeader, elementsPerValue, sameShape } from '../../rows/row-block.js';
import { isPackable } from './packable.js';

/** HDF5 has 32 dimensions at most, one of which is the rows. */
const MAX_DIMENSIONS = 31;
const MAX_VALUE_BYTES = 1024 ** 3;
const POINTER_BYTES = 4;

/** A channel of a file that is being written. */
export interface BookedChannel {
  readonly header: ChannelHeader;
  /** Whether it takes values as they are packed. */
  readonly isPacked: boolean;
  /** Rows so far. */
  count: number;
  /** Whether it can take no more. */
  isClosed: boolean;
}

/** A channel that begins, or comes again. */
export interface Opening {
  readonly channel: BookedChannel;
  /** What came of it before; where it had no rows it is made anew, as it comes now. */
  readonly before: 'nothing' | 'no rows' | 'rows';
}

/** Which channels a file has, and which rows it can still take: all there is to say without the file. */
export class ChannelBook {
  private readonly channels = new Map<string, BookedChannel>();
  private openName: string | undefined;

  /**
   * @param format in the extended one a channel can always take more rows, and none that are packed
   * @param packs whether images are stored as they are packed
   */
  constructor(
    private readonly format: 'compact' | 'extended',
    private readonly packs: boolean,
  ) {}

  /**
   * A channel begins, or comes again.
   *
   * @param packed whether its values come packed
   * @throws ChannelFailure when the name or the shape can't be stored, or the channel came before with
   *   another type or shape; ChannelGoesOn when it came before and was closed for good
   */
  open(header: ChannelHeader, packed = false): Opening {
    check(header);
    this.refuseWhileOpen();
    const { name } = header;
    const known = this.channels.get(name);
    if (known) refuse(known, header);
    this.openName = name;
    if (known && known.count > 0) return { channel: known, before: 'rows' };
    const isPacked = packed && this.packs && this.format === 'compact' && isPackable(header);
    const channel = { header, isPacked, count: 0, isClosed: false };
    this.channels.set(name, channel);
    return { channel, before: known ? 'no rows' : 'nothing' };
  }

  /** The open channel has no more rows, for now or at all. @param more see `ChannelRows` */
  close(channel: BookedChannel, more: number): void {
    this.openName = undefined;
    channel.isClosed ||= more === 0 && this.format === 'compact';
  }

  /** The header of a channel that has rows. */
  headerOf(name: string): ChannelHeader | undefined {
    const channel = this.channels.get(name);
    return channel && channel.count > 0 ? channel.header : undefined;
  }

  /** The columns of the open channel lie in buffers that the next one uses as well. */
  refuseWhileOpen(): void {
    if (this.openName !== undefined) throw new Error(`channel ${this.openName} was not closed`);
  }
}

function check({ name, type, shape }: ChannelHeader): void {
  const problem = channelNameProblem(name);
  if (problem !== undefined) throw new ChannelFailure('channel_name', `the name ${problem}`);
  const elementBytes = type === 'string' ? POINTER_BYTES : bytesPerElement(type);
  if (
    shape.length > MAX_DIMENSIONS ||
    !shape.every((length) => Number.isSafeInteger(length) && length >= 0) ||
    elementsPerValue(shape) * elementBytes > MAX_VALUE_BYTES
  ) {
    throw new ChannelFailure(
      'bad_shape',
      `shape [${shape.join(', ').slice(0, 80)}] can't be stored: ${MAX_DIMENSIONS} dimensions and 1 GiB a value at most`,
    );
  }
}

function refuse({ header: before, count, isClosed }: BookedChannel, header: ChannelHeader): void {
  const agrees =
    header.type === before.type &&
    sameShape(header.shape, before.shape) &&
    (header.isLabelled ?? false) === (before.isLabelled ?? false);
  if (count > 0 && !agrees) {
    throw new ChannelFailure(
      'repeated_channel',
      `it came before as ${inWords(before)}, and comes again as ${inWords(header)}`,
    );
  }
  if (isClosed) throw new ChannelGoesOn(before.name);
}

function inWords({ type, shape, isLabelled }: ChannelHeader): string {
  return `${type} [${shape.join()}]${isLabelled ? ' with labels' : ''}`;
}
