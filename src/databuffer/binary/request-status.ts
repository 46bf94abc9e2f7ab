import type { Download } from '../http/download.js';
import { endpointOf } from '../http/endpoint.js';
import { HttpFailure, IncompleteReply, MalformedReply } from '../errors.js';
import { fetchSmallJson } from '../http/small-reply.js';

const NOT_IMPLEMENTED = 501;
const MAX_DETAIL_LENGTH = 500;

/**
 * Asks a server whether a reply that ended cleanly was complete. Servers that don't have this call
 * say so by a status such as 404, or answer something else.
 *
 * @throws IncompleteReply when it was not; see `download` for when it could not be found out
 */
export async function ensureComplete(
  api: string,
  requestId: string,
  options: Pick<Download, 'limits' | 'signal' | 'connections'>,
): Promise<void> {
  const url = endpointOf(api, `/requestStatus/${encodeURIComponent(requestId)}`);
  let status: unknown;
  try {
    status = await fetchSmallJson({ ...options, url });
  } catch (error) {
    if (isWithoutStatus(error)) return;
    throw error;
  }
  const errors =
    typeof status === 'object' && status !== null && 'errors' in status && status.errors;
  const none = !errors || (Array.isArray(errors) && errors.length === 0);
  if (!none)
    throw new IncompleteReply(requestId, JSON.stringify(errors).slice(0, MAX_DETAIL_LENGTH));
}

function isWithoutStatus(error: unknown): boolean {
  if (error instanceof HttpFailure) return !error.transient || error.status === NOT_IMPLEMENTED;
  return error instanceof MalformedReply;
}
