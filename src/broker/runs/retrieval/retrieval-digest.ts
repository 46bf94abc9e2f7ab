import { createHash } from 'node:crypto';
import { exactJsonInOrder } from '../../../request/exact-json.js';

/**
 * What tells one call from another: from where it came, what it asks for in whatever order, and the key that
 * its client gave it, if any. A SHA-256 in base64.
 */
export function retrievalDigest(address: string, body: unknown, key: string | undefined): string {
  const text = exactJsonInOrder([address, key ?? null, body ?? null]);
  return createHash('sha256').update(text).digest('base64');
}
