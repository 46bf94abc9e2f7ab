import { displayName } from '../../request/channel.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { unpackedSize } from '../../encoding/bitshuffle-lz4.js';
import { ChannelFailure } from '../../report/errors.js';
import type { NumericType } from '../../encoding/element-type.js';
import type { ChannelReport } from '../../report/channel-report.js';
import { CorruptData } from '../../encoding/lz4-block.js';
import { type ChannelHeader, sameShape } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import { chosenShape } from '../blocks/chosen-shape.js';
import { ensureStorableSize } from '../blocks/storable-channel.js';
import type { ProblemTally } from '../blocks/problem-tally.js';
import type { BlockMemory } from '../blocks/block-memory.js';
import { SeenPulseIds } from '../blocks/seen-pulse-ids.js';
import { ShapeVotes } from '../blocks/shape-votes.js';
import { type ChannelDescription, elementBytes, type Encoding } from './channel-description.js';
import { type EventParts, EventRows, staysPacked } from './event-rows.js';
import { HeldEvents } from './held-events.js';

const MAX_PULSE_ID = 2 ** 53;
/** Bytes that a packed value may announce to be believed. */
const MAX_VALUE = 256 * 1024 * 1024;
/** Characters of a name in a report; no file can have one as long. */
const MAX_SHOWN_LENGTH = 1024;

/** Means by which a channel is read. */
export interface ReadingContext {
  readonly sink: RowSink;
  /** Rows outside are left out. */
  readonly range: PulseRange | undefined;
  readonly requested: ReadonlySet<string>;
  readonly memory: BlockMemory;
  /** For the values of the first events. */
  readonly spillBuffer: Uint8Array;
  /** Names of the channels that the sink has. */
  readonly opened: Set<string>;
}

/** Takes the events of one channel, and tells in the end what became of it. */
export class ChannelEvents {
  private failure: ChannelFailure | undefined;
  private target: ChannelRows | undefined;
  private rows: EventRows | undefined;
  private readonly held: HeldEvents;
  private readonly votes = new ShapeVotes();
  private readonly seen = new SeenPulseIds();
  private first: number | undefined;
  private last: number | undefined;

  /** @param description or what keeps the channel from being stored */
  constructor(
    readonly name: string | undefined,
    private description: ChannelDescription | ChannelFailure,
    private readonly context: ReadingContext,
    private readonly tally: ProblemTally,
  ) {
    this.held = new HeldEvents(context.spillBuffer);
    if (description instanceof ChannelFailure) this.failure = description;
  }

  /**
   * Goes on with another header of the same channel, if what was read so far agrees with it: its
   * values may be encoded otherwise.
   */
  continueWith(next: ChannelDescription): boolean {
    const { description } = this;
    if (description instanceof ChannelFailure || this.name !== next.name) return false;
    const { type, shape } = description;
    const agrees = type === next.type && sameShape(shape ?? [], next.shape ?? []);
    if (this.first !== undefined && !agrees) return false;
    this.description = next;
    return true;
  }

  /** @param event may be filled anew afterwards */
  add(event: EventParts): void {
    const { tally, context, description } = this;
    const { pulseId } = event;
    if (this.failure !== undefined || description instanceof ChannelFailure) return;
    if (pulseId < 0 || pulseId > MAX_PULSE_ID) {
      tally.count('invalid_pulse_id');
      return;
    }
    const { range } = context;
    if (range !== undefined && (pulseId < range.startPulseId || pulseId > range.endPulseId)) {
      tally.count('outside_range_dropped', pulseId);
      return;
    }
    try {
      if (this.seen.add(pulseId)) tally.count('duplicate_pulse_id', pulseId);
      this.first ??= pulseId;
      this.last = pulseId;
      if (this.rows !== undefined || !this.hold(event, description)) {
        this.rows ??= this.openHeld(description, event);
        this.rows.add(event, description.encoding);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** The channel is over. */
  finish(): ChannelReport {
    const { description, tally, context, name = '' } = this;
    try {
      if (this.failure === undefined && !(description instanceof ChannelFailure)) {
        // An empty piece of a channel says nothing of it.
        if (this.held.count > 0) this.rows = this.openHeld(description);
        else if (!context.opened.has(name)) this.rows ??= this.open(description);
        this.rows?.flush();
        this.target?.close();
      }
    } catch (error) {
      this.fail(error);
    }
    const { failure } = this;
    const rows = failure === undefined ? (this.rows?.count ?? 0) : 0;
    if (name !== '' && !context.requested.has(name)) {
      tally.count('not_requested', this.first, undefined, Math.max(1, rows));
    }
    return {
      name: name.length > MAX_SHOWN_LENGTH ? `${name.slice(0, MAX_SHOWN_LENGTH)}…` : name,
      rows,
      ...(rows > 0 ? { first_pulse_id: this.first, last_pulse_id: this.last } : {}),
      problems: tally.list(),
      ...(failure && { failure: { code: failure.code, message: failure.message } }),
    };
  }

  /** Keeps one of the first events until it is known how they look. @returns false when it is */
  private hold(event: EventParts, { type, encoding }: ChannelDescription): boolean {
    if (type === undefined || type === 'string') return false;
    this.votes.add(event.pulseId, undefined, elementsOf(event, type, encoding));
    return !this.votes.isComplete && this.held.add(event, encoding);
  }

  /** Opens the channel for the events that are held. @param next the one after them */
  private openHeld(description: ChannelDescription, next?: EventParts): EventRows {
    const { event = next, encoding = description.encoding } = this.held.first ?? {};
    const rows = this.open({ ...description, encoding }, event);
    this.held.release((event, encoding) => rows.add(event, encoding));
    return rows;
  }

  private open(description: ChannelDescription, event?: EventParts): EventRows {
    const { name, type, encoding } = description;
    if (type === undefined && event !== undefined) {
      throw new ChannelFailure('missing_type', `${displayName(name)} has data and no type`);
    }
    // Of a channel without data nothing more is known.
    const described = { type: type ?? 'float64', declared: description.shape };
    const { sink } = this.context;
    const chosen = chosenShape(described, this.votes, sink.headerOf(name), this.tally);
    const header = { name, ...described, shape: chosen ?? shapeOf(description, event) };
    ensureStorableSize(header);
    this.target = this.openTarget(
      header,
      event !== undefined && staysPacked(header.type, encoding),
    );
    this.context.opened.add(name);
    return new EventRows(header, this.target, this.tally, this.context.memory);
  }

  private openTarget(header: ChannelHeader, packed: boolean): ChannelRows {
    const { sink } = this.context;
    return packed ? sink.openChannel(header, { packed }) : sink.openChannel(header);
  }

  /** Keeps a failure of the channel; any other exception goes on. */
  private fail(error: unknown): void {
    if (!(error instanceof ChannelFailure)) throw error;
    this.failure = error;
  }
}

/** The header's shape, else what the first value's length says. A text is one, whatever its shape. */
function shapeOf(
  { type, shape, encoding }: ChannelDescription,
  event: EventParts | undefined,
): readonly number[] {
  if (type === 'string') return shape?.length === 0 ? shape : [1];
  if (shape !== undefined) return shape;
  if (type === undefined || event === undefined) return [1];
  const value = event.bytes.subarray(event.start, event.end);
  const bytes = encoding.packed ? announcedSize(value) : value.length;
  return [Math.max(1, Math.floor(bytes / elementBytes(type, encoding)))];
}

/** Elements of a value; 0 if it has none or that can't be told. */
function elementsOf(event: EventParts, type: NumericType, encoding: Encoding): number {
  const value = event.bytes.subarray(event.start, event.end);
  const bytes = encoding.packed && value.length > 0 ? announcedSize(value) : value.length;
  const elements = bytes / elementBytes(type, encoding);
  return Number.isInteger(elements) && bytes <= MAX_VALUE ? elements : 0;
}

function announcedSize(packed: Uint8Array): number {
  try {
    return unpackedSize(packed);
  } catch (error) {
    // A faulty value is found when it is unpacked.
    if (error instanceof CorruptData) return 0;
    throw error;
  }
}
