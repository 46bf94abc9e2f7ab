import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChannelFailure } from '../../report/errors.js';
import {
  type ChannelHeader,
  elementsPerValue,
  type RowBlock,
  sameShape,
} from '../../rows/row-block.js';
import { datesOf } from '../../rows/date-text.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import { Spool } from '../../rows/spool.js';
import type { TextColumn } from '../../rows/text-column.js';
import type { Expected, ReplyResult } from '../reply-result.js';
import { ReplyReader } from './reply-reader.js';
import { cut, MEMORY } from './tree.fixture.js';

/** A row as a test wants to see it: the value as a list of its elements. */
export interface RecordedRow {
  pulseId: bigint;
  timestamp: bigint;
  date: string;
  present: number;
  value: (number | bigint | string)[];
}

export interface RecordedChannel {
  header: ChannelHeader;
  rows: RecordedRow[];
  closed: boolean;
}

/** Keeps what it gets; fails the channels that it is told to, when they open or at the first block. */
export class RecordingSink implements RowSink {
  readonly channels: RecordedChannel[] = [];
  private readonly declared = new Map<string, ChannelHeader['declared']>();
  blocks = 0;

  constructor(private readonly failing: Record<string, 'open' | 'append'> = {}) {}

  openChannel({ declared, ...header }: ChannelHeader): ChannelRows {
    if (this.channels.some(({ closed }) => !closed)) throw new Error('two channels are open');
    const failing = this.failing[header.name];
    if (failing === 'open') throw new ChannelFailure('not_storable', 'no room for it');
    const before = this.channels.find((each) => each.header.name === header.name);
    const hasRows = before !== undefined && before.rows.length > 0;
    if (hasRows && !agree(before.header, header)) {
      throw new ChannelFailure('repeated_channel', 'it came before as another');
    }
    const channel: RecordedChannel = before ?? { header, rows: [], closed: false };
    channel.closed = false;
    if (!before) this.channels.push(channel);
    if (!hasRows) {
      channel.header = header;
      this.declared.set(header.name, declared);
    }
    return {
      append: (block) => {
        this.blocks++;
        if (failing === 'append') {
          channel.closed = true;
          throw new ChannelFailure('not_storable', 'no room for more');
        }
        for (let i = 0; i < block.rows; i++) channel.rows.push(rowOf(block, i, header));
      },
      close: () => {
        channel.closed = true;
      },
    };
  }

  headerOf(name: string): ChannelHeader | undefined {
    const found = this.channels.find(({ header }) => header.name === name);
    if (found === undefined || found.rows.length === 0) return undefined;
    return { ...found.header, declared: this.declared.get(name) };
  }

  channel(name: string): RecordedChannel {
    const found = this.channels.find(({ header }) => header.name === name);
    if (found === undefined) throw new Error(`${name} did not come`);
    return found;
  }

  /** The values of a channel of scalars. */
  values(name: string): (number | bigint | string)[] {
    return this.channel(name).rows.flatMap(({ value }) => value);
  }
}

export interface ReadReplyOptions {
  cuts?: readonly number[];
  memoryBudget?: number;
  expected?: Partial<Expected>;
}

/** Reads a whole reply, cut at the given bytes. */
export function readReply(
  reply: string | Uint8Array,
  sink: RowSink,
  { cuts = [], memoryBudget = 1024 * 1024, expected }: ReadReplyOptions = {},
): ReplyResult {
  const memory = new Uint8Array(memoryBudget);
  const spool = new Spool(join(tmpdir(), `spool-${randomUUID()}`), memory);
  const options = { expected: { channels: [], ...expected }, spool, memory: MEMORY };
  try {
    const reader = new ReplyReader(options, sink);
    for (const piece of cut(Buffer.from(reply), cuts)) reader.push(piece);
    return reader.end();
  } finally {
    spool.close();
  }
}

function agree(a: ChannelHeader, b: ChannelHeader): boolean {
  return a.type === b.type && sameShape(a.shape, b.shape);
}

function rowOf(block: RowBlock, i: number, { shape }: ChannelHeader): RecordedRow {
  const length = elementsPerValue(shape);
  const { values } = block;
  return {
    pulseId: block.pulseIds[i],
    timestamp: block.timestamps[i],
    date: textAt(datesOf(block), i),
    present: block.present[i],
    value: Array.from({ length }, (_, k) =>
      values.type === 'string' ? textAt(values.text, i * length + k) : values.array[i * length + k],
    ),
  };
}

function textAt({ bytes, ends }: TextColumn, i: number): string {
  return Buffer.from(bytes.subarray(i === 0 ? 0 : ends[i - 1], ends[i])).toString();
}
