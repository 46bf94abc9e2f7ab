/** Results of `next`. NEED_BYTES: nothing yet, feed more. */
export const NEED_BYTES = 0;
export const BEGIN_OBJECT = 1;
export const END_OBJECT = 2;
export const BEGIN_LIST = 3;
export const END_LIST = 4;
/** A key of an object; its text is in `text`. */
export const KEY = 5;
/** A string as a value; its text is in `text`. */
export const STRING = 6;
/** A number, or bare NaN, Infinity, -Infinity; in `number[0]`, or in `wide` where `numberKind` says so. */
export const NUMBER = 7;
export const TRUE = 8;
export const FALSE = 9;
export const NULL = 10;

export type Token = number;
