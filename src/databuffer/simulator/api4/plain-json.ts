import { elementsPerValue } from '../../../rows/row-block.js';
import { bytesPerElement } from '../../../encoding/element-type.js';
import type { TextRings } from '../text-rings.js';
import { type Api4Channel, lengthAt } from './api4-channel.js';
import type { AskedPoints } from './asked-points.js';
import type { EventsQuery } from './events-query.js';
import { pulsesWithValue } from './frames.js';
import { JsonColumns, JsonValues } from './json-columns.js';

/** Bytes that a text counts for. */
const TEXT_BYTES = 32;

/**
 * The reply in one JSON object, in pieces; `rangeFinal` is there when all of a range that is over fits the limits.
 *
 * @returns undefined where there is no point
 */
export function plainJson(
  points: AskedPoints,
  limits: Pick<EventsQuery, 'eventsMax' | 'bytesMax'>,
  rings: TextRings,
): Iterable<readonly Buffer[]> | undefined {
  const [first] = pulsesWithValue(points);
  if (first === undefined) return undefined;
  const { channel, isFinal } = points;
  const columns = new JsonColumns(channel, new JsonValues(channel, rings), first);
  const { rows, isAll } = rowsWithin(points, limits);
  return pieces(points, columns, rows, isFinal && isAll);
}

/** The columns one after the other: the points are gone through for each anew, so none has to be held. */
function* pieces(
  points: AskedPoints,
  { anchors, columns }: JsonColumns,
  rows: number,
  isComplete: boolean,
): Generator<readonly Buffer[]> {
  yield [Buffer.from(`{${anchors}`)];
  for (const column of columns) {
    let before = `,"${column.name}":[`;
    let left = rows;
    for (const pulseId of pulsesWithValue(points)) {
      if (left-- === 0) break;
      yield [before, ...column.valueOf(pulseId)].map(toBytes);
      before = ',';
    }
    yield [Buffer.from(']')];
  }
  yield [Buffer.from(isComplete ? ',"rangeFinal":true}' : '}')];
}

function toBytes(piece: string | Buffer): Buffer {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
}

/** How many rows fit the limits, one at least. */
function rowsWithin(
  points: AskedPoints,
  { eventsMax, bytesMax }: Pick<EventsQuery, 'eventsMax' | 'bytesMax'>,
): { rows: number; isAll: boolean } {
  let rows = 0;
  let bytes = 0;
  for (const pulseId of pulsesWithValue(points)) {
    if (rows >= eventsMax || bytes >= bytesMax) return { rows, isAll: false };
    bytes += bytesAt(points.channel, pulseId);
    rows++;
  }
  return { rows, isAll: true };
}

function bytesAt(channel: Api4Channel, pulseId: number): number {
  const { type, shape } = channel;
  const elements = shape.length === 1 ? lengthAt(channel, pulseId) : elementsPerValue(shape);
  return elements * (type === 'string' ? TEXT_BYTES : bytesPerElement(type));
}
