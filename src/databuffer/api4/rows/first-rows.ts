import type { PulseRange } from '../../../request/pulse-range.js';
import { ShapeVotes } from '../../blocks/shape-votes.js';
import type { TimeRange } from '../../time-range.js';
import type { Api4Memory } from '../cbor/api4-memory.js';
import { ARRAY, NULL, UNSIGNED } from '../cbor/cbor-kinds.js';
import type { CborReader } from '../cbor/cbor-reader.js';
import type { Frame } from '../cbor/frame.js';
import type { Batch } from './batch.js';

/**
 * How many elements the first rows of a channel have. Servers may send rows before and behind what is asked
 * for: these count only where there are no others.
 */
export class FirstRows {
  private readonly asked = new ShapeVotes();
  private readonly others = new ShapeVotes();

  /**
   * @param range of pulse ids that is asked for, if there is one
   * @param times that are asked for, of rows without pulse ids
   */
  constructor(
    private readonly range: PulseRange | undefined,
    private readonly times: TimeRange,
    private readonly memory: Api4Memory,
  ) {}

  /** Whether enough rows came to know the channel's shape. */
  get areEnough(): boolean {
    return this.asked.isComplete;
  }

  get votes(): ShapeVotes {
    return this.asked.isEmpty ? this.others : this.asked;
  }

  /** Looks at the rows of a batch, as long as more are wanted. @throws MalformedReply */
  add(frame: Frame, { tss, pulses, values }: Batch): void {
    const { memory, range, asked, others } = this;
    memory.values.begin(frame, values.position);
    memory.times.begin(frame, tss.position);
    if (pulses) memory.pulses.begin(frame, pulses.position);
    for (let row = 0; row < values.count && !asked.isComplete; row++) {
      const elements = elementsIn(memory.values);
      const pulseId = pulses ? wholeNumber(memory.pulses) : -1n;
      const time = wholeNumber(memory.times);
      const isAsked =
        pulses && range
          ? pulseId >= range.startPulseId && pulseId <= range.endPulseId
          : time >= this.times.start && time < this.times.end;
      (isAsked ? asked : others).add(Number(pulseId), undefined, elements);
    }
  }
}

/** Passes over a value. @returns its elements; 0 of none */
function elementsIn(values: CborReader): number {
  const kind = values.value();
  if (kind === ARRAY && values.count < 0) {
    let count = 0;
    for (; !values.isOver(-1, count); count++) values.skip();
    return count;
  }
  const count = kind === ARRAY ? values.count : kind === NULL ? 0 : 1;
  values.skipContent(kind);
  return count;
}

/** The next item, or −1 where it is no whole number, or a negative one. */
function wholeNumber(reader: CborReader): bigint {
  const kind = reader.value();
  reader.skipContent(kind);
  return kind === UNSIGNED ? reader.whole(kind) : -1n;
}
