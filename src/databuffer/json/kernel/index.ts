// The module's exports; see ../kernel.ts.
export {
  CONVERTED,
  COUNTS,
  DATES,
  DATE_ENDS,
  DIMENSIONS,
  LENGTHS,
  MAX_ROWS,
  LONE_NUMBER,
  MINUTE,
  MINUTE_NS,
  OFFSET,
  PAGES,
  POWERS,
  PULSE_IDS,
  TIMESTAMPS,
  WINDOW,
} from './memory';
export { readNumber, readNumbers } from './numbers';
export { readPoints } from './points';
export { readHead, readTail } from './rows';
export {
  toFloat32,
  toFloat64,
  toInt16,
  toInt32,
  toInt64,
  toInt8,
  toUint16,
  toUint32,
  toUint64,
  toUint8,
} from './convert';
