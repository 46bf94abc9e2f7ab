/** What can be wrong with a message that came in; stable, for counters and the file of rejected messages. */
export const MALFORMED_CODES = [
  'frame_count',
  'bad_header',
  'hash_mismatch',
  'unknown_type',
  'unsupported_compression',
  'bad_value',
  'unknown_message',
] as const;

export type MalformedCode = (typeof MALFORMED_CODES)[number];

/** A multipart message that is no bsread message, or none that anybody here understands. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';

  /**
   * @param part what is wrong: the message, one of its headers, or a channel by name
   * @param problem what is wrong with it
   */
  constructor(
    readonly code: MalformedCode,
    readonly part: string,
    readonly problem: string,
  ) {
    super(`Not understood: ${part} ${problem}.`);
  }
}
