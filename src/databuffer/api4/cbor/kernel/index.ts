// The module's exports; see ../kernel.ts.
import { readRows } from './columns';
import { readNumbers } from './numbers';

export {
  FRAMES,
  FRAMES_BYTES,
  MAX_ROWS,
  PRESENT,
  PULSE_IDS,
  RESULTS,
  TIMESTAMPS,
  VALUES,
  VALUES_BYTES,
  VERDICTS,
  WINDOW_BYTES,
  WINDOWS,
} from './memory';
export { judge } from './judge';
export { readBools } from './numbers';
export { skipNumbers } from './skip';

export function readInt8(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<i8>(start, end, count, to);
}

export function rowsOfInt8(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<i8>(start, end, rows, elements, to, false);
}

export function readInt16(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<i16>(start, end, count, to);
}

export function rowsOfInt16(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<i16>(start, end, rows, elements, to, false);
}

export function readInt32(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<i32>(start, end, count, to);
}

export function rowsOfInt32(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<i32>(start, end, rows, elements, to, false);
}

export function readInt64(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<i64>(start, end, count, to);
}

export function rowsOfInt64(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<i64>(start, end, rows, elements, to, false);
}

export function readUint8(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<u8>(start, end, count, to);
}

export function rowsOfUint8(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<u8>(start, end, rows, elements, to, false);
}

export function readUint16(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<u16>(start, end, count, to);
}

export function rowsOfUint16(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<u16>(start, end, rows, elements, to, false);
}

export function readUint32(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<u32>(start, end, count, to);
}

export function rowsOfUint32(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<u32>(start, end, rows, elements, to, false);
}

export function readUint64(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<u64>(start, end, count, to);
}

export function rowsOfUint64(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<u64>(start, end, rows, elements, to, false);
}

export function readFloat32(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<f32>(start, end, count, to);
}

export function rowsOfFloat32(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<f32>(start, end, rows, elements, to, false);
}

export function readFloat64(start: usize, end: usize, count: u32, to: usize): u32 {
  return readNumbers<f64>(start, end, count, to);
}

export function rowsOfFloat64(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<f64>(start, end, rows, elements, to, false);
}

export function rowsOfBools(start: usize, end: usize, rows: u32, elements: u32, to: usize): u32 {
  return readRows<i8>(start, end, rows, elements, to, true);
}
