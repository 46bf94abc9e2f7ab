import type { Attributes } from '../library/attributes.js';

/** What is known of a channel when its file is finished. */
export interface ChannelEnding {
  /** Of its group. */
  readonly attributes?: Attributes;
  /** Attributes of its `data`; of what is plotted of it the units as well. */
  readonly units?: string;
  readonly description?: string;
  /** It has no place in the file after all, whatever came of it; only in the extended format, where rows wait. */
  readonly isLeftOut?: boolean;
}
