import type { StoredFault } from './problem-tally.js';
import { MAX_TEXT_LENGTH, type TextBuffer } from './text-buffer.js';

/**
 * Appends a text as it is stored: a NUL ends it, and one that is too long is left out.
 *
 * @param bytes UTF-8
 * @param exact whether nothing of it had to be replaced
 * @returns what was wrong with it
 */
export function appendText(
  target: TextBuffer,
  bytes: Uint8Array,
  exact: boolean,
): StoredFault | undefined {
  if (bytes.length > MAX_TEXT_LENGTH) return textTooLong();
  const nul = bytes.indexOf(0);
  target.append(bytes, 0, nul < 0 ? bytes.length : nul);
  if (nul >= 0) {
    const example = `a text of ${bytes.length} bytes ends at byte ${nul}`;
    return { code: 'nul_in_text', example, stored: true };
  }
  if (exact) return undefined;
  const example = 'a part that is not Unicode is stored as U+FFFD';
  return { code: 'invalid_unicode', example, stored: true };
}

/** The fault of a text that has more bytes than are kept. */
export function textTooLong(): StoredFault {
  return { code: 'text_too_long', example: `more than ${MAX_TEXT_LENGTH} bytes`, stored: false };
}
