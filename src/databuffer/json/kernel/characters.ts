// ASCII characters by name.
export const TAB: u8 = 0x09;
export const LINE_FEED: u8 = 0x0a;
export const CARRIAGE_RETURN: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const PLUS: u8 = 0x2b;
export const COMMA: u8 = 0x2c;
export const MINUS: u8 = 0x2d;
export const POINT: u8 = 0x2e;
export const DIGIT_0: u8 = 0x30;
export const COLON: u8 = 0x3a;
export const BEGIN_LIST: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const END_LIST: u8 = 0x5d;
export const LETTER_E: u8 = 0x65;
export const BEGIN_OBJECT: u8 = 0x7b;
export const END_OBJECT: u8 = 0x7d;
/** Above the last one. */
export const BEYOND_ASCII: u8 = 0x80;
/** Makes a letter lower case. */
export const LOWER_CASE: u8 = 0x20;

/** Passes over white space. */
export function skipSpace(start: usize): usize {
  let p = start;
  let c = load<u8>(p);
  // Mostly there is none: one comparison tells.
  while (c <= SPACE && (c === SPACE || c === LINE_FEED || c === CARRIAGE_RETURN || c === TAB)) {
    c = load<u8>(++p);
  }
  return p;
}
