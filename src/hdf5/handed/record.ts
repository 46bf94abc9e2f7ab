/** What a record says. It begins at a multiple of eight, as do its columns. */
export const KIND = { open: 1, rows: 2, packed: 3, close: 4 } as const;

/** Its first words: the kind, then what `RecordWriter` says of each. */
export const HEAD_WORDS = 6;
export const HEAD_BYTES = 4 * HEAD_WORDS;

/** Said in place of the bytes of dates that are those of the timestamps. */
export const NO_DATES = -1;

/** What is said of a channel that opens, as JSON. */
export interface OpenedChannel {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly isLabelled?: boolean;
}

/** The next multiple of 8, at which any column may begin. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
