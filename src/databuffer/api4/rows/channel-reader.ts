import type { ElementType } from '../../../encoding/element-type.js';
import type { ChannelReport } from '../../../report/channel-report.js';
import { ChannelFailure } from '../../../report/errors.js';
import type { Failure } from '../../../report/failure.js';
import type { Channel } from '../../../request/channel.js';
import type { PulseRange } from '../../../request/pulse-range.js';
import type { ChannelHeader } from '../../../rows/row-block.js';
import type { ChannelRows } from '../../../rows/row-sink.js';
import { chosenShape } from '../../blocks/chosen-shape.js';
import { ProblemTally } from '../../blocks/problem-tally.js';
import { ensureStorableName, ensureStorableSize } from '../../blocks/storable-channel.js';
import { MalformedReply, ServerError } from '../../errors.js';
import type { InterleavedChannels } from '../../interleaved-channels.js';
import type { TimeRange } from '../../time-range.js';
import type { Api4Memory } from '../cbor/api4-memory.js';
import { type Batch, batchOf, elementTypeOfScalar } from './batch.js';
import type { Frame } from '../cbor/frame.js';
import { FrameCollector, SLOT_BYTES } from '../cbor/frame-collector.js';
import { type FrameContents, readContents } from '../cbor/frame-contents.js';
import { FirstRows } from './first-rows.js';
import { RowBlocks } from './row-blocks.js';
import { RowFilter } from './row-filter.js';

/** Bytes of frames that wait until it is known how a channel's values look. */
const MAX_HELD_BYTES = 1024 * 1024;

/** Means by which a channel is read. */
export interface ReadingContext {
  readonly sink: InterleavedChannels;
  /** Rows with pulse ids outside are left out. */
  readonly range: PulseRange | undefined;
  /** Rows without pulse ids outside are left out; all, without a range. */
  readonly times: TimeRange;
  /** One a thread. */
  readonly memory: Api4Memory;
  /** How names of scratch files begin, for frames that find no room in memory. */
  readonly spoolPath: string;
}

/** What a reply said by its end. */
export interface ReplyEnd {
  /** Whether the server says that the range is complete. */
  readonly isFinal: boolean;
  /** Where the next question begins, in ns. */
  readonly continueAt?: bigint;
}

/** A channel's type and shape, as its rows have them. */
export interface FoundType {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/**
 * Reads the replies for one channel, one after another, and hands its rows to the sink.
 *
 * Frames are read as soon as they are there, but for small ones, which collect; by the end of a reply all are.
 * Whoever makes a reader calls `finish` or `abandon` in the end.
 */
export class ChannelReader {
  private readonly tally = new ProblemTally();
  private readonly firstRows: FirstRows;
  private readonly filter: RowFilter;
  private readonly frames: FrameCollector;
  private waiting: { readonly frame: Frame; readonly batch: Batch }[] = [];
  private scalarType: string | undefined;
  private foundType: FoundType | undefined;
  private target: ChannelRows | undefined;
  private blocks: RowBlocks | undefined;
  private failure: ChannelFailure | undefined;
  private isFinal = false;
  private continueAt: bigint | undefined;
  private came = 0;

  constructor(
    private readonly channel: Channel,
    private readonly context: ReadingContext,
  ) {
    const { range, times, memory } = context;
    this.filter = new RowFilter(range, times, this.tally, memory.kernel);
    this.firstRows = new FirstRows(range, times, memory);
    this.frames = new FrameCollector(memory, context.spoolPath, {
      take: (frame) => this.take(frame),
      makeRoom: (isUrgent) => this.makeRoom(isUrgent),
    });
  }

  /** Changes with each row that comes, and with each MiB of a large frame; not with a keepalive. */
  get progress(): number {
    return this.came + this.frames.progress;
  }

  /** Rows kept for the file. */
  get rows(): number {
    return this.blocks?.count ?? 0;
  }

  /** The latest time that came, in ns; complete at the end of a reply. */
  get lastTime(): bigint | undefined {
    return this.filter.lastTime;
  }

  /** How many rows came with that time. */
  get atLastTime(): number {
    return this.filter.atLastTime;
  }

  /** Whether all of these came again in this reply, if it is not the first one. */
  get hasRepeated(): boolean {
    return this.filter.repeats === 0;
  }

  /** Whether the channel can't be read, whatever else comes. */
  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  /** Undefined until enough rows came, by the end of a reply at the latest. */
  get found(): FoundType | undefined {
    return this.foundType;
  }

  /** Another reply of the channel begins, which may repeat the last rows of the one before. */
  begin(): void {
    this.frames.begin();
    this.filter.begin();
    this.isFinal = false;
    this.continueAt = undefined;
  }

  /**
   * Takes the next piece of the reply.
   *
   * @throws MalformedReply with the offset in the reply; ServerError where the server tells one; what
   *   the sink throws
   */
  push(chunk: Uint8Array): void {
    this.frames.push(chunk);
  }

  /** The reply is over. @throws TruncatedReply within a frame */
  end(): ReplyEnd {
    this.readWaiting();
    this.frames.ensureWhole();
    const { isFinal, continueAt } = this;
    return { isFinal, ...(continueAt !== undefined && { continueAt }) };
  }

  /** The reply broke off or failed: forgets the frame that is not whole, keeps the others. */
  breakOff(): void {
    this.frames.forget();
    this.readWaiting();
  }

  /**
   * No more comes: closes the channel in the sink.
   *
   * @param declared what it is, should nothing have come
   * @param failure what became of it, unless something else is wrong with it
   */
  finish(declared?: FoundType, failure?: Failure): ChannelReport {
    this.breakOff();
    const { filter, rows, channel } = this;
    if (this.target === undefined && this.failure === undefined && failure === undefined) {
      this.guard(() => this.open(declared ?? { type: 'float64', shape: [1] }));
    }
    if (this.target) this.target.close();
    else this.context.sink.skip(channel.name);
    this.context.memory.trim();
    const reason = this.failure ?? failure;
    const { first: first_pulse_id, last: last_pulse_id } = filter;
    return {
      name: channel.name,
      rows,
      ...(first_pulse_id !== undefined && { first_pulse_id, last_pulse_id }),
      problems: this.tally.list(),
      ...(reason && {
        failure: reason instanceof ChannelFailure ? wordsOf(reason) : reason,
      }),
    };
  }

  /** Nobody wants the channel any more: gives memory and disk space back. */
  abandon(): void {
    this.frames.forget();
    this.frames.release();
  }

  private take(frame: Frame): void {
    const reader = this.context.memory.values;
    reader.begin(frame);
    const contents = readContents(reader);
    if (contents.error !== undefined) throw new ServerError(undefined, contents.error);
    this.isFinal ||= contents.isFinal === true;
    this.continueAt = contents.continueAt ?? this.continueAt;
    if (contents.arrays.size > 0) this.addBatch(frame, batchOf(contents, frame));
    else if (isUnknown(contents)) {
      this.tally.count('unknown_frame', undefined, `a map of ${contents.keys.join(', ')}`);
    }
    if (this.mayRead(frame)) this.readWaiting();
  }

  /** Whether the frames that are there are to be read now, of which this is the last one. */
  private mayRead({ spool, length }: Frame): boolean {
    if (this.frames.held > MAX_HELD_BYTES) return true;
    if (this.blocks === undefined) return this.firstRows.areEnough;
    return spool !== undefined || length > SLOT_BYTES;
  }

  private addBatch(frame: Frame, batch: Batch): void {
    const count = batch.tss.count;
    this.came += count;
    if (count > 0) this.guard(() => this.checkType(batch.scalarType));
    if (this.failure !== undefined) return;
    if (this.blocks === undefined) this.firstRows.add(frame, batch);
    this.waiting.push({ frame, batch });
  }

  private checkType(scalarType: string): void {
    if (this.scalarType === undefined) elementTypeOfScalar(scalarType);
    this.scalarType ??= scalarType;
    if (scalarType === this.scalarType) return;
    const message = `its values are ${scalarType} after ${this.scalarType}`;
    // What came before is stored.
    this.readWaiting();
    throw new ChannelFailure('type_changed', message);
  }

  private makeRoom(isUrgent: boolean): boolean {
    const mayWait = this.blocks === undefined && this.waiting.length > 0;
    if (mayWait && !isUrgent) return false;
    this.readWaiting();
    return true;
  }

  /** Reads all frames that are there, and gives their memory back. */
  private readWaiting(): void {
    const { waiting } = this;
    this.waiting = [];
    this.blocks?.begin();
    try {
      for (const { frame, batch } of waiting) this.readBatch(frame, batch);
    } catch (error) {
      if (error instanceof MalformedReply) this.blocks?.flush();
      throw error;
    }
    this.blocks?.flush();
    this.frames.release();
  }

  private readBatch(frame: Frame, batch: Batch): void {
    if (this.blocks === undefined && batch.tss.count > 0) {
      this.guard(() => this.open({ type: elementTypeOfScalar(batch.scalarType) }));
    }
    if (this.failure === undefined) this.blocks?.take(frame, batch);
  }

  private open({ type, shape }: { type: ElementType; shape?: readonly number[] }): void {
    const { channel, context, firstRows, tally } = this;
    const { name } = channel;
    ensureStorableName(name);
    const stored = context.sink.headerOf(name);
    const described = { type, declared: undefined };
    const chosen = chosenShape(described, firstRows.votes, stored, tally) ?? shape ?? [1];
    const isLabelled = this.scalarType === 'enum';
    const header: ChannelHeader = { name, type, shape: chosen, ...(isLabelled && { isLabelled }) };
    ensureStorableSize(header);
    if (this.scalarType !== undefined) this.foundType = { type, shape: chosen };
    this.target = context.sink.openChannel(header);
    this.blocks = new RowBlocks(header, this.target, this.filter, tally, context.memory);
    this.blocks.begin();
  }

  /** Keeps a failure of the channel; any other exception goes on. */
  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ChannelFailure)) throw error;
      this.failure ??= error;
    }
  }
}

function isUnknown({ keys, isFinal, continueAt, kind }: FrameContents): boolean {
  return (
    keys.length > 0 && isFinal === undefined && continueAt === undefined && kind !== 'keepalive'
  );
}

function wordsOf({ code, message }: ChannelFailure): Failure {
  return { code, message };
}
