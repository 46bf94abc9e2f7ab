import { createHash } from 'node:crypto';

/**
 * The name by which the facility's listeners know a life of a request: a UUID of its own for each, as they tell
 * requests apart by its first eight digits. It is made from the request's id, so that every broker says the same.
 *
 * @param life which tells it apart from other lives of the same request
 */
export function correlationIdOf(requestId: string, life: string): string {
  const bytes = createHash('sha256').update(`${requestId}\n${life}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
