// Kinds of items. The first seven are CBOR's major types.
export const UNSIGNED = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;
export const FLOAT = 7;
export const BOOL = 8;
/** Null or undefined. */
export const NULL = 9;
export const SIMPLE = 10;
/** The end of what has no length. */
export const BREAK = 11;
/** A whole number of more than 64 bits. */
export const BIGNUM = 12;
