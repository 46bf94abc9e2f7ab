// The map of the module's memory, 20 MiB. ../kernel.ts reads the addresses from the module.
//
//  address    bytes       name        content
//  0x000000   6 × 8       RESULTS     results of the last call: AT; of `judge` IS_RISING, PLAIN, AT_LATEST, …
//  0x001000   8192        PRESENT     for each row of the block: whether it has a value,
//  0x003000   8192        VERDICTS      what `judge` says,
//  0x010000   8192 × 8    PULSE_IDS     its pulse id
//  0x020000   8192 × 8    TIMESTAMPS    and its time
//  0x080000   4 × 128 Ki  WINDOWS     of frames that lie in a scratch file: one for each array of a batch
//  0x100000               tables, by the compiler; see asconfig.json
//  0x110000   2 Mi        VALUES      elements of the rows of the block
//  0x320000   16 Mi       FRAMES      frames that wait until they are read

export const RESULTS: usize = 0;
/** Where the last call stopped, as u32. */
export const AT: usize = 0;
/** Whether pulse ids of the rows that are kept rise, as u32. */
export const IS_RISING: usize = 4;
/** Rows with nothing unusual, as u32. */
export const PLAIN: usize = 8;
/** Rows at the latest time, of those that did not come before, as u32. */
export const AT_LATEST: usize = 12;
/** The latest time, of all rows; the last one and the largest pulse id, of those that are kept. As i64. */
export const LATEST: usize = 16;
export const LAST_TIME: usize = 24;
export const LARGEST_PULSE_ID: usize = 32;
/** Repeats of rows that are still to come, as u32. */
export const REPEATS: usize = 40;

export const MAX_ROWS: u32 = 8192;
export const PRESENT: usize = 0x1000;
export const VERDICTS: usize = 0x3000;
export const PULSE_IDS: usize = 0x10000;
export const TIMESTAMPS: usize = 0x20000;

export const WINDOWS: usize = 0x80000;
export const WINDOW_BYTES: u32 = 0x20000;
export const VALUES: usize = 0x110000;
export const VALUES_BYTES: u32 = 0x200000;
export const FRAMES: usize = 0x320000;
export const FRAMES_BYTES: u32 = 0x1000000;
