/** What a job found out about one channel: goes into the log, the report and the file's attributes. */
export interface ChannelReport {
  readonly name: string;
  /** Rows in the file; 0 for a channel without data. */
  readonly rows: number;
  readonly first_pulse_id?: number;
  readonly last_pulse_id?: number;
  /** Points that are not, or not exactly, in the file, by what is wrong with them. */
  readonly problems: readonly Problem[];
  /** Set when the channel has no group in the file: why. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** Something that was wrong with `count` points of a channel. */
export interface Problem {
  /** Stable word, e.g. `out_of_range`, `null_value`, `wrong_length`, `duplicate_pulse_id`. */
  readonly code: string;
  readonly count: number;
  /** Pulse id of the first such point, where it has one. */
  readonly first_pulse_id?: number;
  /** One example in words, e.g. `70000 does not fit int16`. */
  readonly example?: string;
}
