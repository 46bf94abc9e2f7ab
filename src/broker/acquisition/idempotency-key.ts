import { InvalidQuery } from '../http/http-errors.js';
import type { ApiParameter } from '../openapi/api-call.js';

const PATTERN = '^[-_A-Za-z0-9]{16,64}$';

/** The header for the document. @param use what the key does for a call */
export function idempotencyKey(use: string): ApiParameter {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    description: `${use}; 16 to 64 letters, digits, hyphens.`,
    schema: { type: 'string', pattern: PATTERN },
  };
}

/** @throws InvalidQuery where a key can't be one */
export function usableKey(key: string): string {
  if (new RegExp(PATTERN).test(key)) return key;
  const problem = 'must be 16 to 64 letters, digits or hyphens, as a UUID is';
  throw new InvalidQuery([{ field: 'Idempotency-Key', problem }]);
}
