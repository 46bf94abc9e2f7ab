// The map of the module's memory, 3 MiB. ../kernel.ts reads the addresses from the module.
//
//  address   bytes      name          content
//  0x000000  4 × 4      COUNTS        results of the last call: COUNT, WIDE_COUNT, AFTER_COMMA, PARTS
//  0x000010  8          LONE_NUMBER   result of `readNumber`, pulse id of a row
//  0x000018  4          DIMENSIONS    the usual shape of points: how many dimensions,
//  0x000020  32 × 8     LENGTHS         and their lengths
//  0x000140  17         MINUTE        the usual minute of dates: its characters,
//  0x000158  2 × 8      OFFSET          what follows the fraction, OFFSET_MASK,
//  0x000168  8          MINUTE_NS       and nanoseconds since the epoch
//  0x000180  64 × 2     ENDINGS       what `readWholeNumbers` found; the 16 bytes before may be read
//  0x000200  20 × 8     POWERS        10^0 … 10^19, whole
//  0x000300  23 × 8     EXACT_POWERS  10^0 … 10^22, doubles
//  0x000400  651 × 16   FRACTIONS     10^-342 … 10^308, fractions of 128 bits
//  0x004000  4096 × 8   PULSE_IDS     results of `readPoints`, for MAX_ROWS rows; the date of
//  0x00c000  4096 × 8   TIMESTAMPS      `readHead` and `readTail` is the first one
//  0x014000  4096 × 4   DATE_ENDS
//  0x018000  4096 × 64  DATES
//  0x060000  128 Ki     WINDOW        the bytes that are read, and room behind them
//  0x100000             tables of `memory.data`, by the compiler; see asconfig.json
//  0x110000  3 × 512 Ki PAGES         pages of 32 Ki cells, each with as many whole numbers of 64 bits
//  0x290000  256 Ki     CONVERTED     elements that cells were turned into

/** Four u32: the next ones. */
export const COUNTS: usize = 0;
/** Cells that `readNumbers` filled, or rows that `readPoints` did, as u32. */
export const COUNT: usize = COUNTS;
/** 64-bit whole numbers among the cells, as u32. */
export const WIDE_COUNT: usize = 4;
/** Whether a comma stands before the position that was returned, as u32. */
export const AFTER_COMMA: usize = 8;
/** Which parts the points have, as u32: the bits of point-parts.ts. */
export const PARTS: usize = 12;

export const LONE_NUMBER: usize = 0x10;

/** The shape that points may have: dimensions as u32, lengths as f64. */
export const DIMENSIONS: usize = 0x18;
export const LENGTHS: usize = 0x20;

/** The minute that dates may be in, as its first 17 characters: `2018-06-08T14:04:`. */
export const MINUTE: usize = 0x140;
/** The characters after the fraction, up to 8, with the quotation mark; and a mask for them. */
export const OFFSET: usize = 0x158;
export const OFFSET_MASK: usize = 0x160;
/** Nanoseconds since the epoch at the beginning of that minute, as i64. */
export const MINUTE_NS: usize = 0x168;

export const ENDINGS: usize = 0x180;

export const POWERS: usize = 0x200;
export const EXACT_POWERS: usize = 0x300;
/** High word first. */
export const FRACTIONS: usize = 0x400;

export const MAX_ROWS: u32 = 4096;
export const PULSE_IDS: usize = 0x4000;
export const TIMESTAMPS: usize = 0xc000;
export const DATE_ENDS: usize = 0x14000;
export const DATES: usize = 0x18000;

export const WINDOW: usize = 0x60000;
export const PAGES: usize = 0x110000;
export const CONVERTED: usize = 0x290000;
