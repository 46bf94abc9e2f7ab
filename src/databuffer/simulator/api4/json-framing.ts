import type { TextRings } from '../text-rings.js';
import type { Api4Channel } from './api4-channel.js';
import { type Batch, type Framing, type Item, totalLength } from './framing.js';
import { JsonColumns, JsonValues } from './json-columns.js';

/** Digits and blanks before them of a frame's length. */
const LENGTH_COLUMNS = 15;

/** `application/json-framed`: the length in 15 columns, a line end, one JSON object, a line end. */
export class JsonFraming implements Framing {
  readonly batch: Batch;

  constructor(channel: Api4Channel, rings: TextRings) {
    this.batch = new JsonBatch(channel, new JsonValues(channel, rings));
  }

  item(item: Item): Buffer {
    return Buffer.concat(framed([Buffer.from(JSON.stringify(item))]));
  }
}

class JsonBatch implements Batch {
  bytes = 0;
  rows = 0;
  private columns: JsonColumns | undefined;
  private pieces: (string | Buffer)[][] = [];

  constructor(
    private readonly channel: Api4Channel,
    private readonly values: JsonValues,
  ) {}

  add(pulseId: number): void {
    this.columns ??= new JsonColumns(this.channel, this.values, pulseId);
    for (const [index, column] of this.columns.columns.entries()) {
      const pieces = column.valueOf(pulseId);
      (this.pieces[index] ??= []).push(this.rows === 0 ? '' : ',', ...pieces);
      for (const piece of pieces) this.bytes += piece.length;
    }
    this.rows++;
  }

  take(): readonly Buffer[] {
    const { columns, anchors } = this.columns!;
    const whole = [
      `{${anchors}`,
      ...columns.flatMap(({ name }, index) => [`,"${name}":[`, ...this.pieces[index], ']']),
      '}',
    ];
    this.columns = undefined;
    this.pieces = [];
    this.bytes = 0;
    this.rows = 0;
    return framed(joined(whole));
  }
}

/** Texts that follow each other as one buffer. */
function joined(pieces: readonly (string | Buffer)[]): Buffer[] {
  const buffers: Buffer[] = [];
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
    } else {
      buffers.push(Buffer.from(text), piece);
      text = '';
    }
  }
  return [...buffers, Buffer.from(text)];
}

function framed(pieces: readonly Buffer[]): readonly Buffer[] {
  const length = String(totalLength(pieces)).padStart(LENGTH_COLUMNS);
  return [Buffer.from(`${length}\n`), ...pieces, Buffer.from('\n')];
}
