import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { simulatorErrorBody } from './errors.js';
import type { SimulatedFault } from './faults.js';

/** How a reply ended: bytes of its text that were handed to the connection, and whether all of it. */
export interface Sent {
  readonly bytes: number;
  readonly complete: boolean;
}

/**
 * Sends chunks as fast as the client takes them, one ahead of it at most, and stops asking for
 * more as soon as the client is gone.
 */
export async function sendChunks(
  response: ServerResponse,
  chunks: Iterable<Buffer>,
): Promise<Sent> {
  let bytes = 0;
  let flushed: Promise<void> = Promise.resolve();
  for (const chunk of chunks) {
    // Chunks may share memory with the next but one, which is why each waits for the one before.
    await flushed;
    if (response.destroyed) return { bytes, complete: false };
    flushed = writeChunk(response, chunk);
    bytes += chunk.length;
    await setImmediate();
  }
  await flushed;
  if (response.destroyed) return { bytes, complete: false };
  response.end();
  return { bytes, complete: true };
}

/** Sends a reply with a fault in its text; faults that need none of it have one of their own. */
export async function sendFault(
  response: ServerResponse,
  fault: SimulatedFault,
  chunks: Iterable<Buffer>,
): Promise<void> {
  switch (fault.kind) {
    case 'HTTP':
      response.statusCode = fault.status;
      return sendText(response, failure(fault.status));
    case 'OBJECT':
      return sendText(response, failure(500));
    case 'EMPTY':
      return sendText(response, '[]');
    case 'GARBAGE':
      return sendText(response, '<html>a proxy says that\u0000 this is not JSON</html>');
    case 'INCOMPLETE':
      await sendChunks(response, chunks);
      return;
    case 'CUT':
    case 'RESET':
    case 'STALL':
      for (const chunk of chunks) {
        await writeChunk(response, chunk.subarray(0, Math.floor(chunk.length / 2)));
        break;
      }
      if (fault.kind === 'CUT') response.end();
      else if (fault.kind === 'RESET') response.destroy();
      else if (!response.destroyed) await once(response, 'close');
  }
}

function failure(status: number): string {
  return simulatorErrorBody(status, 'fault asked for by the name of a channel');
}

function sendText(response: ServerResponse, text: string): void {
  response.end(text);
}

/** Resolves when the kernel has taken the chunk, or the connection is closed. */
export function writeChunk(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done);
      resolve();
    };
    response.on('close', done);
    response.write(chunk, done);
  });
}
