import { BEGIN_OBJECT, COMMA, END_OBJECT, skipSpace } from './characters';
import { DATE_ENDS, LONE_NUMBER, PARTS } from './memory';
import {
  HAS_DATE,
  HAS_PULSE_ID,
  HAS_VALUE,
  lastDateLength,
  lastParts,
  lastPulseId,
  readParts,
} from './point-parts';

/**
 * Reads a point that is a row of a waveform, as it nearly always is, up to where its elements begin.
 *
 * What stands before them is stored as that of one point: the pulse id in `LONE_NUMBER`, the date as the
 * first one; `PARTS` says what there was. Any pulse id is taken, in order or not.
 *
 * @returns the position behind the bracket, 0 if the point is unusual so far
 */
export function readHead(start: usize): usize {
  let p = skipSpace(start);
  if (load<u8>(p) !== BEGIN_OBJECT) return 0;
  p = readParts(p, 0, 0, 0, 0);
  if (p === 0 || (lastParts() & HAS_VALUE) === 0) return 0;
  tell(lastParts());
  return p + 1;
}

/**
 * Reads what stands behind the elements of such a row, to the end of the point; see `readHead`.
 *
 * @returns the position behind the point, 0 if it is unusual
 */
export function readTail(start: usize): usize {
  let p = skipSpace(start);
  let parts: u32 = 0;
  if (load<u8>(p) === COMMA) {
    p = readParts(p, HAS_VALUE, 0, 0, 0);
    parts = lastParts();
  }
  if (p === 0 || load<u8>(p) !== END_OBJECT) return 0;
  tell(parts);
  return p + 1;
}

function tell(parts: u32): void {
  if ((parts & HAS_PULSE_ID) !== 0) store<f64>(LONE_NUMBER, lastPulseId());
  if ((parts & HAS_DATE) !== 0) store<u32>(DATE_ENDS, lastDateLength());
  store<u32>(PARTS, parts);
}
