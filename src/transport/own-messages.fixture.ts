import { decodeMessage } from './bsread/bsread-decoder.js';
import { encodeMessage } from './bsread/bsread-encoder.js';
import { MessagePatterns } from './bsread/message-patterns.js';
import { OWN_PATTERNS } from './own-patterns.js';

type OwnPattern = keyof typeof OWN_PATTERNS;

const messages = new MessagePatterns(OWN_PATTERNS);

/** What broker or writer would send, for specs that play one of them without Nest. */
export function ownFrames(
  pattern: OwnPattern,
  data: object,
  time = { sec: 0, ns: 0 },
  count = 0,
): Buffer[] {
  return encodeMessage(count, time, messages.channelsOf(pattern, data));
}

/** The data of a message that broker or writer sent. */
export function ownDataIn(pattern: OwnPattern, frames: readonly Buffer[]): Record<string, unknown> {
  return messages.dataOf(pattern, decodeMessage(frames)) as Record<string, unknown>;
}
