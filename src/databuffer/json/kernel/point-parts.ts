import {
  BACKSLASH,
  BEGIN_LIST,
  BEYOND_ASCII,
  COLON,
  COMMA,
  DIGIT_0,
  END_LIST,
  LETTER_E,
  POINT,
  QUOTE,
  SPACE,
  skipSpace,
} from './characters';
import { digitsAt, digitsBefore } from './digits';
import {
  DATES,
  DIMENSIONS,
  LENGTHS,
  MINUTE,
  MINUTE_NS,
  OFFSET,
  OFFSET_MASK,
  POWERS,
  TIMESTAMPS,
} from './memory';
import { numberValue, parseNumber, wideMagnitude } from './number';

// Texts as little-endian words: the hex digits read backwards, byte by byte, are the characters.
const PULSE_ID_KEY: u64 = 0x22_64_49_65_73_6c_75_70; // pulseId"
const VALUE_KEY: u64 = 0x22_65_75_6c_61_76; // value"
const SHAPE_KEY: u64 = 0x22_65_70_61_68_73; // shape"
const CHANNEL_KEY: u64 = 0x22_6c_65_6e_6e_61_68_63; // channel"
const DATE_KEY: u64 = 0x61_44_6c_61_62_6f_6c_67; // globalDa
const DATE_KEY_REST: u32 = 0x22_65_74; // te"
const TRUE: u32 = 0x65_75_72_74; // true
const FALSE: u32 = 0x73_6c_61_66; // fals, with an e to follow
const SIX_BYTES: u64 = 0xffffffffffff;
const THREE_BYTES: u32 = 0xffffff;

// The tags of ../cell-page.ts.
const TAG_TRUE: u64 = 0x7ff80002 << 32;
const TAG_FALSE: u64 = 0x7ff80003 << 32;

// Bits of `PARTS`; ../kernel.ts knows them as well.
export const HAS_PULSE_ID: u32 = 1;
export const HAS_DATE: u32 = 2;
export const HAS_VALUE: u32 = 4;
export const HAS_SHAPE: u32 = 8;
const HAS_CHANNEL: u32 = 16;

const MINUTE_LENGTH: usize = 17;
const SECOND_LENGTH: usize = 19;
const NS_PER_SECOND: u64 = 1000000000;
const MAX_FRACTION_DIGITS: usize = 9;
/** All of them are doubles. */
const MAX_WHOLE_DIGITS: usize = 15;

/** Which part of a point `readPart` found, and what it found in it. */
let part: u32 = 0;
let pulseId: f64 = 0;
let dateLength: u32 = 0;
/** The parts that the point has so far. */
let parts: u32 = 0;

/** The parts of the last point. */
export function lastParts(): u32 {
  return parts;
}

/** Its pulse id, if it has one. */
export function lastPulseId(): f64 {
  return pulseId;
}

/** Characters of its date, if it has one. */
export function lastDateLength(): u32 {
  return dateLength;
}

/**
 * Reads parts of a point, to its end, or to where the elements of its value begin.
 *
 * @param start the bracket or comma before the first one
 * @param before parts that it had before, none of which may come again
 * @param row of which the date is
 * @param dateStart where in `DATES` it goes
 * @param cell address of the value's cell, 0 for one that is a list of any length
 * @returns the position behind the last part, or the bracket before the elements; 0 if a part is unusual
 */
export function readParts(start: usize, before: u32, row: u32, dateStart: u32, cell: usize): usize {
  let p = start;
  parts = before;
  do {
    p = readPart(skipSpace(p + 1), row, dateStart, cell);
    if (p === 0) return 0;
    parts |= part;
    if (part === HAS_VALUE && cell === 0) return p;
    p = skipSpace(p);
  } while (load<u8>(p) === COMMA);
  return p;
}

/** Reads a key and its value. @returns the position behind it, 0 if the point is unusual */
function readPart(start: usize, row: u32, dateStart: u32, cell: usize): usize {
  if (load<u8>(start) !== QUOTE) return 0;
  const word = load<u64>(start, 1);
  let p = start;
  if (word === PULSE_ID_KEY) {
    part = HAS_PULSE_ID;
    p += 9;
  } else if (word === DATE_KEY) {
    if ((load<u32>(start, 9) & THREE_BYTES) !== DATE_KEY_REST) return 0;
    part = HAS_DATE;
    p += 12;
  } else if ((word & SIX_BYTES) === VALUE_KEY) {
    part = HAS_VALUE;
    p += 7;
  } else if ((word & SIX_BYTES) === SHAPE_KEY) {
    part = HAS_SHAPE;
    p += 7;
  } else if (word === CHANNEL_KEY) {
    part = HAS_CHANNEL;
    p += 9;
  } else {
    return 0;
  }
  if ((parts & part) !== 0) return 0;
  p = skipSpace(p);
  if (load<u8>(p) !== COLON) return 0;
  p = skipSpace(p + 1);
  if (part === HAS_PULSE_ID) return readPulseId(p);
  if (part === HAS_DATE) return readDate(p, row, dateStart);
  if (part === HAS_SHAPE) return readShape(p);
  if (part === HAS_CHANNEL) return skipText(p);
  if (cell === 0) return load<u8>(p) === BEGIN_LIST ? p : 0;
  return readValue(p, cell);
}

function readPulseId(start: usize): usize {
  const p = readWhole(start);
  pulseId = whole;
  return p;
}

/** The number that `readWhole` read. */
let whole: f64 = 0;

/**
 * Reads a whole number of up to 15 digits.
 *
 * What follows is not looked at: where it is neither a comma nor a bracket, the point is unusual.
 *
 * @returns the position behind it, 0 if there is something else
 */
function readWhole(start: usize): usize {
  const count = digitsAt(start);
  if (count === 0 || count > MAX_WHOLE_DIGITS) return 0;
  if (load<u8>(start) === DIGIT_0 && count > 1) return 0;
  whole = f64(digitsBefore(start + count, count));
  return start + count;
}

/** One number or bool, bare or as a list. */
function readValue(start: usize, cell: usize): usize {
  const listed = load<u8>(start) === BEGIN_LIST;
  let p = listed ? skipSpace(start + 1) : start;
  const word = load<u32>(p);
  if (word === TRUE) {
    store<u64>(cell, TAG_TRUE);
    p += 4;
  } else if (word === FALSE && load<u8>(p, 4) === LETTER_E) {
    store<u64>(cell, TAG_FALSE);
    p += 5;
  } else {
    p = parseNumber(p);
    if (p === 0 || wideMagnitude() !== 0) return 0;
    store<f64>(cell, numberValue());
  }
  if (!listed) return p;
  p = skipSpace(p);
  return load<u8>(p) === END_LIST ? p + 1 : 0;
}

/** Passes over a text of plain ASCII. */
function skipText(start: usize): usize {
  if (load<u8>(start) !== QUOTE) return 0;
  let p = start + 1;
  let c = load<u8>(p);
  while (c !== QUOTE) {
    if (c < SPACE || c >= BEYOND_ASCII || c === BACKSLASH) return 0;
    c = load<u8>(++p);
  }
  return p + 1;
}

function readShape(start: usize): usize {
  if (load<u8>(start) !== BEGIN_LIST) return 0;
  const dimensions = load<u32>(DIMENSIONS);
  let p = skipSpace(start + 1);
  for (let i: u32 = 0; i < dimensions; i++) {
    if (i > 0) {
      if (load<u8>(p) !== COMMA) return 0;
      p = skipSpace(p + 1);
    }
    p = readWhole(p);
    if (p === 0 || whole !== load<f64>(LENGTHS + (usize(i) << 3))) return 0;
    p = skipSpace(p);
  }
  return load<u8>(p) === END_LIST ? p + 1 : 0;
}

/** A date of the minute that is known; its text goes to `DATES`. */
function readDate(start: usize, row: u32, dateStart: u32): usize {
  if (load<u8>(start) !== QUOTE) return 0;
  const from = start + 1;
  if (
    load<u64>(from) !== load<u64>(MINUTE) ||
    load<u64>(from, 8) !== load<u64>(MINUTE, 8) ||
    load<u8>(from, 16) !== load<u8>(MINUTE, 16)
  ) {
    return 0;
  }
  // A leap second is unusual.
  const tens = u64(load<u8>(from, MINUTE_LENGTH)) - DIGIT_0;
  const ones = u64(load<u8>(from, MINUTE_LENGTH + 1)) - DIGIT_0;
  if (tens > 5 || ones > 9) return 0;
  let p = from + SECOND_LENGTH;
  let nanoseconds: u64 = 0;
  if (load<u8>(p) === POINT) {
    const count = digitsAt(++p);
    if (count === 0 || count > MAX_FRACTION_DIGITS) return 0;
    p += count;
    nanoseconds = digitsBefore(p, count);
    nanoseconds *= load<u64>(POWERS + ((MAX_FRACTION_DIGITS - count) << 3));
  }
  nanoseconds += (tens * 10 + ones) * NS_PER_SECOND;
  const mask = load<u64>(OFFSET_MASK);
  if ((load<u64>(p) & mask) !== load<u64>(OFFSET)) return 0;
  const end = p + (usize(popcnt(mask)) >> 3);
  store<i64>(TIMESTAMPS + (usize(row) << 3), load<i64>(MINUTE_NS) + i64(nanoseconds));
  // Without the closing quotation mark there are 36 characters at most; what is copied too much is
  // written over.
  dateLength = u32(end - 1 - from);
  const to = DATES + usize(dateStart);
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  return end;
}
