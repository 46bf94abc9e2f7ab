import { ChannelFailure } from '../../report/errors.js';
import type { ChannelReport } from '../../report/channel-report.js';
import { MAX_CHANNELS } from '../../request/channel.js';
import type { RowSink } from '../../rows/row-sink.js';
import { EmptyReply, MalformedReply } from '../errors.js';
import { ProblemTally } from '../blocks/problem-tally.js';
import { BlockMemory } from '../blocks/block-memory.js';
import { isTooDeep } from '../../request/nesting.js';
import { type Expected, type ReplyResult, resultOf } from '../reply-result.js';
import { StallGuard } from '../blocks/stall-guard.js';
import { type ChannelDescription, describeChannel, nameIn } from './channel-description.js';
import { ChannelEvents, type ReadingContext } from './channel-events.js';
import { EventParts } from './event-rows.js';
import { FrameScanner, int32At } from './frame-scanner.js';

const WAITING_BYTES = 256 * 1024;
const CHANNEL_HEADER = 0;
const EVENT = 1;
/** Type, `int64` nanoseconds since the epoch, `int64` pulse id. */
const BEFORE_VALUE = 17;
const MAX_HEADER_LENGTH = 64 * 1024;
const MIB = 1024 ** 2;
/** Twice as many as a request may have. */
const MOST_CHANNELS = 2 * MAX_CHANNELS;

/**
 * Reads a reply of the data API's binary protocol from pieces of any size, in constant memory.
 *
 * Rows go to the sink while pieces are pushed, those of images packed as they came if the sink takes
 * them so. A channel that can't be stored is named in the result and does not keep the others from
 * being stored. Frames of a type that is not known are passed over, and counted with the channel that
 * they come with.
 */
export class BinaryReplyReader {
  private readonly scanner = new FrameScanner();
  private readonly context: ReadingContext;
  private readonly reports: ChannelReport[] = [];
  private readonly names = new Set<string>();
  private tally = new ProblemTally();
  /** The current event; filled anew for each. */
  private readonly event = new EventParts();
  private channel: ChannelEvents | undefined;
  private readonly watch = new StallGuard();
  private events = 0;

  constructor(
    private readonly expected: Expected,
    sink: RowSink,
    /** Used by nobody else meanwhile. */
    memory = new BlockMemory(),
    /** For the first values of a channel, until it is known how they look. */
    spillBuffer: Uint8Array = new Uint8Array(WAITING_BYTES),
  ) {
    const requested = new Set(expected.channels);
    const { range } = expected;
    memory.begin();
    this.context = { sink, range, requested, memory, spillBuffer, opened: new Set() };
  }

  /** Changes with each value that comes; a large one counts by the MiB. */
  get progress(): number {
    const { events, names, scanner } = this;
    return events + names.size + Math.floor(scanner.heldBytes / MIB);
  }

  /**
   * Takes the next bytes; the chunk may be reused afterwards.
   *
   * @throws MalformedReply; what the sink throws, unless it is a ChannelFailure. After an exception
   *   the reader is of no further use
   */
  push(chunk: Uint8Array): void {
    const { scanner } = this;
    scanner.feed(chunk);
    while (scanner.next()) this.takeFrame();
    this.watch.note(this.reports.length, this.events, scanner.position);
  }

  /** The reply is over. @throws TruncatedReply, EmptyReply */
  end(): ReplyResult {
    this.scanner.ensureComplete();
    this.finishChannel();
    if (this.reports.length === 0) throw new EmptyReply();
    return resultOf(this.reports, this.names, this.expected.channels, this.scanner.position);
  }

  private takeFrame(): void {
    const { bytes, start } = this.scanner;
    switch (bytes[start]) {
      case CHANNEL_HEADER:
        this.takeHeader();
        break;
      case EVENT:
        this.takeEvent();
        break;
      default:
        this.tally.count('unknown_frame', undefined, `a frame of type ${bytes[start]}`);
    }
  }

  private takeEvent(): void {
    const { bytes, start, end, offset } = this.scanner;
    if (end - start < BEFORE_VALUE) {
      throw new MalformedReply(
        offset,
        `an event of ${end - start} bytes, ${BEFORE_VALUE} at least`,
      );
    }
    if (this.channel === undefined) {
      throw new MalformedReply(offset, 'an event before the first channel header');
    }
    const { event } = this;
    event.timeHigh = int32At(bytes, start + 1);
    event.timeLow = int32At(bytes, start + 5) >>> 0;
    event.pulseId = int32At(bytes, start + 9) * 2 ** 32 + (int32At(bytes, start + 13) >>> 0);
    event.bytes = bytes;
    event.start = start + BEFORE_VALUE;
    event.end = end;
    this.channel.add(event);
    this.events++;
  }

  private takeHeader(): void {
    const header = this.parseHeader();
    const name = nameIn(header);
    let description: ChannelDescription | ChannelFailure;
    try {
      description = describeChannel(header);
      if (this.channel?.continueWith(description)) return;
    } catch (error) {
      if (!(error instanceof ChannelFailure)) throw error;
      description = error;
    }
    this.finishChannel();
    if (this.reports.length === MOST_CHANNELS) {
      throw new MalformedReply(this.scanner.offset, `more than ${MOST_CHANNELS} channels`);
    }
    const invalid = description instanceof ChannelFailure && description.code === 'invalid_name';
    if (name !== undefined && !invalid) this.names.add(name);
    this.channel = new ChannelEvents(name, description, this.context, this.tally);
  }

  private parseHeader(): Record<string, unknown> {
    const { bytes, start, end, offset } = this.scanner;
    if (end - start > MAX_HEADER_LENGTH) {
      throw new MalformedReply(offset, `a channel header of ${end - start} bytes`);
    }
    const json = Buffer.from(bytes.buffer, bytes.byteOffset + start + 1, end - start - 1);
    let header: unknown;
    try {
      header = JSON.parse(json.toString());
    } catch {
      header = undefined;
    }
    if (
      typeof header === 'object' &&
      header !== null &&
      !Array.isArray(header) &&
      !isTooDeep(header)
    ) {
      return header as Record<string, unknown>;
    }
    throw new MalformedReply(offset, 'a channel header that is not a JSON object');
  }

  private finishChannel(): void {
    if (this.channel === undefined) return;
    this.reports.push(this.channel.finish());
    this.channel = undefined;
    this.tally = new ProblemTally();
  }
}
