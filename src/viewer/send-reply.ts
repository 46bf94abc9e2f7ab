import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { EventLog } from '../logging/event-log.js';
import type { ViewReply } from './file-viewer.js';

/**
 * Sends a reply as fast as its client takes it, and gives it up when the client is gone, or does not take
 * a piece in time.
 *
 * Once it has begun it can only break off, which clients tell by its missing end.
 *
 * @param clientMs time for a piece
 */
export async function sendReply(
  reply: ViewReply,
  response: ServerResponse,
  clientMs: number,
): Promise<void> {
  const { contentType, length, fileName } = reply.head;
  response.setHeader('Content-Type', contentType);
  if (length !== undefined) response.setHeader('Content-Length', length);
  if (fileName !== undefined) {
    response.setHeader('Content-Disposition', `attachment; filename="${fileName}"`);
  }
  try {
    // The headers alone are asked for.
    const bytesOf = () => (response.req.method === 'HEAD' ? undefined : reply.next());
    for (let bytes = await bytesOf(); bytes; bytes = await bytesOf()) {
      if (response.destroyed) return;
      if (!response.write(bytes)) await taken(response, clientMs);
    }
    response.end();
  } catch (error) {
    if (!response.destroyed) new EventLog('Viewer').warn('reply broke off', { error });
    response.destroy();
  } finally {
    reply.drop();
  }
}

/** Waits until the client has taken what was written. @throws Error when that takes too long, or it is gone */
async function taken(response: ServerResponse, clientMs: number): Promise<void> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new Error(`the client took no piece in ${clientMs / 1000} s`)),
    clientMs,
  );
  const isGone = () => limit.abort(new Error('the client went away'));
  response.once('close', isGone);
  try {
    if (!response.destroyed) await once(response, 'drain', { signal: limit.signal });
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    clearTimeout(timer);
    response.off('close', isGone);
  }
}
