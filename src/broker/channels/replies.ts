import type { StatusReply } from '../acquisition/replies.js';

/** A channel whose name was found. */
export interface FoundChannel {
  /** @example 'SARES11-LSCP10-FNS:CH0:VAL_GET' */
  readonly name: string;
  /** The part of the data buffer that has it, where that is known. @example 'sf-databuffer' */
  readonly backend?: string;
  /** `list`: in the broker's channel list; `data_api`: the data API knows it. @example 'list' */
  readonly source: 'list' | 'data_api';
}

export interface ChannelsReply extends StatusReply {
  /** Those of the channel list first. */
  readonly channels: readonly FoundChannel[];
  /** Whether there are more than are shown. */
  readonly more: boolean;
  /** Why not everything could be searched. */
  readonly problem?: string;
}
