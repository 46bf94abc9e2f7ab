import { createHash } from 'node:crypto';
import type { WriteRequest } from './write-request.js';

/**
 * The same text for the same request wherever it stands: its id, or a digest of what it asks for where
 * it has none. A request that acquires it again names it by this text.
 */
export function requestKey(request: WriteRequest): string {
  const { data_api_request, parameters, timestamp, request_id: id } = request;
  if (typeof id === 'string') return id;
  return createHash('sha256')
    .update(JSON.stringify([data_api_request, parameters, timestamp]))
    .digest('base64');
}
