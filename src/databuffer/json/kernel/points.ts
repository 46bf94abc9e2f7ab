import { BEGIN_OBJECT, COMMA, END_OBJECT, skipSpace } from './characters';
import { AFTER_COMMA, COUNT, DATE_ENDS, MAX_ROWS, PARTS, PULSE_IDS } from './memory';
import {
  HAS_DATE,
  HAS_PULSE_ID,
  HAS_VALUE,
  lastDateLength,
  lastParts,
  lastPulseId,
  readParts,
} from './point-parts';

const NEEDED: u32 = HAS_PULSE_ID | HAS_DATE | HAS_VALUE;

/**
 * Reads points of scalars as they nearly always are, from a place where a point may stand.
 *
 * A point is usual if it has a pulse id in order and in range, a date in the minute given by `MINUTE`,
 * one number or bool, and the shape given by `LENGTHS` if any, each once and in any order; newer servers
 * say its channel's name as well, which is passed over. Any other is left to the reader that knows them all.
 *
 * @param cells address of the first free cell; there is room for `room` of them
 * @param above pulse ids must be larger than this one, and than the one before
 * @param last largest pulse id
 * @returns where it stopped: at the first unusual point, or the white space before it
 */
export function readPoints(start: usize, cells: usize, room: u32, above: f64, last: f64): usize {
  let p = start;
  let rows: u32 = 0;
  let dateEnd: u32 = 0;
  let previous = above;
  let parts: u32 = 0;
  let afterComma: u32 = 1;
  const most = min(room, MAX_ROWS);
  while (rows < most) {
    let next = skipSpace(p);
    if (load<u8>(next) !== BEGIN_OBJECT) break;
    next = readParts(next, 0, rows, dateEnd, cells + (usize(rows) << 3));
    if (next === 0 || load<u8>(next) !== END_OBJECT) break;
    const found = lastParts();
    if ((found & NEEDED) !== NEEDED || (rows > 0 && found !== parts)) break;
    const pulseId = lastPulseId();
    if (!(pulseId > previous && pulseId <= last)) break;
    parts = found;
    previous = pulseId;
    store<i64>(PULSE_IDS + (usize(rows) << 3), i64(pulseId));
    dateEnd += lastDateLength();
    store<u32>(DATE_ENDS + (usize(rows) << 2), dateEnd);
    rows++;
    p = skipSpace(next + 1);
    if (load<u8>(p) !== COMMA) {
      afterComma = 0;
      break;
    }
    p++;
  }
  store<u32>(COUNT, rows);
  store<u32>(AFTER_COMMA, afterComma);
  store<u32>(PARTS, parts);
  return p;
}
