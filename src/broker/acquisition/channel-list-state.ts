import type { Integer } from '../../request/integer.js';

/** The state of the configured channel list. */
export interface ChannelListState {
  /** @example '/etc/sf_databuffer/channels' */
  readonly path: string;
  /** Channels in the list that is used; null before the first usable one. @example 42 */
  readonly channels: Integer | null;
  /** When that list was read. @format date-time @example '2026-11-24T09:11:12.000Z' */
  readonly read_at: string | null;
  /** Why the file as it is now can't be used; the last usable list is used instead. @example null */
  readonly problem: string | null;
}
