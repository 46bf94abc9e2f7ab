/** Bytes of the longest point that is waited for. */
const MAX_BYTES = 1024;

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const BEGIN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const END_LIST = 0x5d;
const LETTER_E = 0x65;
/** Makes a letter lower case. */
const LOWER_CASE = 0x20;
const BEGIN_OBJECT = 0x7b;
const LAST_ASCII = 0x7e;

/** What is found instead of a position: the bytes end, or there is something else. */
const CUT = -1;
const OTHER = -2;

const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));

/**
 * Whether the bytes from `start` to `end` are the beginning of a point like most, cut off where the bytes end.
 *
 * Such a point is better read as a whole when more has come. Nothing is kept back that might be refused:
 * all of it is JSON so far, if only texts of plain ASCII, numbers, bools, null and lists of numbers. A
 * point that goes on for long is none to wait for.
 */
export function isUnfinished(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > MAX_BYTES) return false;
  let p = skipSpace(bytes, start, end);
  if (p === end || bytes[p] !== BEGIN_OBJECT) return false;
  do {
    p = skipMember(bytes, p + 1, end);
  } while (p >= 0 && p < end && bytes[p] === COMMA);
  return p === CUT || p === end;
}

/** A key and its value, and white space around them. */
function skipMember(bytes: Uint8Array, start: number, end: number): number {
  let p = skipText(bytes, skipSpace(bytes, start, end), end);
  if (p < 0) return p;
  p = skipSpace(bytes, p, end);
  if (p === end) return CUT;
  if (bytes[p] !== COLON) return OTHER;
  p = skipValue(bytes, skipSpace(bytes, p + 1, end), end);
  return p < 0 ? p : skipSpace(bytes, p, end);
}

function skipValue(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return CUT;
  const c = bytes[start];
  if (c === QUOTE) return skipText(bytes, start, end);
  if (c === BEGIN_LIST) return skipNumbers(bytes, start, end);
  const word = WORDS.find(([letter]) => letter === c);
  return word === undefined ? skipNumber(bytes, start, end) : skipWord(bytes, start, end, word);
}

function skipText(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return CUT;
  if (bytes[start] !== QUOTE) return OTHER;
  for (let p = start + 1; p < end; p++) {
    const c = bytes[p];
    if (c === QUOTE) return p + 1;
    if (c < SPACE || c > LAST_ASCII || c === BACKSLASH) return OTHER;
  }
  return CUT;
}

function skipWord(bytes: Uint8Array, start: number, end: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) {
    if (start + i === end) return CUT;
    if (bytes[start + i] !== word[i]) return OTHER;
  }
  return start + word.length;
}

/** A list with one number at least. */
function skipNumbers(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  do {
    p = skipNumber(bytes, skipSpace(bytes, p + 1, end), end);
    if (p < 0) return p;
    p = skipSpace(bytes, p, end);
  } while (p < end && bytes[p] === COMMA);
  if (p === end) return CUT;
  return bytes[p] === END_LIST ? p + 1 : OTHER;
}

function skipNumber(bytes: Uint8Array, start: number, end: number): number {
  const first = start < end && bytes[start] === MINUS ? start + 1 : start;
  let p = skipDigits(bytes, first, end);
  if (p > first + 1 && bytes[first] === DIGIT_0) return OTHER;
  if (p >= 0 && p < end && bytes[p] === POINT) p = skipDigits(bytes, p + 1, end);
  if (p < 0 || p === end || (bytes[p] | LOWER_CASE) !== LETTER_E) return p;
  p++;
  if (p < end && (bytes[p] === MINUS || bytes[p] === PLUS)) p++;
  return skipDigits(bytes, p, end);
}

/** One digit at least. */
function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return CUT;
  let p = start;
  while (p < end && bytes[p] >= DIGIT_0 && bytes[p] <= DIGIT_9) p++;
  return p === start ? OTHER : p;
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && isSpace(bytes[p])) p++;
  return p;
}

function isSpace(c: number): boolean {
  return c === SPACE || c === 0x0a || c === 0x0d || c === 0x09;
}
