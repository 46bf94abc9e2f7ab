import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';

const STANDARD_ERROR = 2;
const FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Makes sure that no write to standard error can wait for whoever reads it: a pipe or terminal is
 * opened anew without blocking, so that nobody else who has it is affected. This holds for all that
 * writes there, Node.js and its libraries as well.
 *
 * Has to be called before anything else opens files: for a moment, descriptor 2 is free.
 */
export function neverBlockOnStandardError(): void {
  const kind = fstatSync(STANDARD_ERROR);
  // A regular file has no reader; opened anew it would be written from its beginning.
  if (kind.isFile()) return;
  try {
    openAnew();
  } catch {
    // A socket can't be opened, nor what belongs to another user.
    if (kind.isSocket() || kind.isFIFO()) shareWithoutBlocking();
  }
}

function openAnew(): void {
  const opened = openSync(`/proc/self/fd/${STANDARD_ERROR}`, FLAGS);
  closeSync(STANDARD_ERROR);
  try {
    openSync(`/proc/self/fd/${opened}`, FLAGS);
  } catch {
    // Its reader has just left. Descriptor 2 must not become that of another file.
    openSync('/dev/null', FLAGS);
  } finally {
    closeSync(opened);
  }
}

/** Others who have the same descriptor see the change as well. Node.js undoes it when it exits. */
function shareWithoutBlocking(): void {
  const stream = new Socket({ fd: STANDARD_ERROR, readable: false, writable: true });
  stream.on('error', () => undefined).unref();
}
