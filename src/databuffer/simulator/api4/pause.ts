import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeChunk } from '../send-reply.js';

/** Waits so many milliseconds, or until the client is gone. */
export async function pause(response: ServerResponse, ms: number): Promise<void> {
  if (ms === 0 || response.destroyed) return;
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.once('close', leave);
  try {
    await sleep(ms, undefined, { signal: gone.signal });
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    response.off('close', leave);
  }
}

/** What a framed reply says when it is silent. */
export interface Keepalives {
  readonly frame: Buffer;
  /** Milliseconds of silence before each. */
  readonly everyMs: number;
}

/** Is silent for so many milliseconds, or until the client is gone, but for keepalives. */
export async function keepSilence(
  response: ServerResponse,
  ms: number,
  { frame, everyMs }: Keepalives,
): Promise<void> {
  let left = ms;
  for (; left > everyMs && !response.destroyed; left -= everyMs) {
    await pause(response, everyMs);
    await writeChunk(response, frame);
  }
  await pause(response, left);
}
