// Where things lie in the module's memory, in bytes. ../kernel.ts reads these from the module, and has
// what it exchanges by address behind them.

/** Four u32: the next ones. */
export const COUNTS: usize = 0;
/** Cells that `readNumbers` filled, or rows that `readPoints` did, as u32. */
export const COUNT: usize = COUNTS;
/** 64-bit whole numbers among the cells, as u32. */
export const WIDE_COUNT: usize = 4;
/** Whether a comma stands before the position that was returned, as u32. */
export const AFTER_COMMA: usize = 8;
/** Whether the rows have a shape, as u32. */
export const SHAPED: usize = 12;
/** The double that `readNumber` found. */
export const NUMBER: usize = 16;

/** The shape that points may have: dimensions as u32, lengths as f64. */
export const DIMENSIONS: usize = 24;
export const LENGTHS: usize = 32;

/** The second that dates may be in, as its first 19 characters. */
export const SECOND: usize = 320;
/** What follows behind the fraction, the quotation mark included, up to 8 characters; a mask for them. */
export const OFFSET: usize = 344;
export const OFFSET_MASK: usize = 352;
/** Nanoseconds since the epoch at the beginning of that second, as i64. */
export const SECOND_NS: usize = 360;

/** What `readWholeNumbers` found: 64 u16, behind 16 bytes that may be read. */
export const ENDINGS: usize = 384;

/** 10^0 … 10^19 as u64. */
export const POWERS: usize = 512;
/** 10^0 … 10^22 as f64. */
export const EXACT_POWERS: usize = 768;
/** 10^-342 … 10^308 as fractions of 128 bits, high word first. */
export const FRACTIONS: usize = 1024;

/** What `readPoints` found, each for 4096 rows. */
export const MAX_ROWS: u32 = 4096;
export const PULSE_IDS: usize = 0x4000;
export const TIMESTAMPS: usize = 0xc000;
export const DATE_ENDS: usize = 0x14000;
export const DATES: usize = 0x18000;
