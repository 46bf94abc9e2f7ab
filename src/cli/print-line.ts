import { once } from 'node:events';
import { printable } from '../logging/printable.js';

/** Prints a result on one line, whatever is in it, and waits for a reader that is slower than we are. */
export async function printLine(line: string): Promise<void> {
  if (!process.stdout.write(`${printable(line)}\n`)) await once(process.stdout, 'drain');
}

/** Tells a person something on standard error, on one line. */
export function printError(line: string): void {
  console.error(printable(line));
}

/** For commands that go on whether or not somebody reads their standard output. */
export function goOnWithoutOutput(): void {
  process.stdout.off('error', endWith).on('error', () => undefined);
}

/**
 * Ends the process when standard output can't be written to: quietly when its reader has enough
 * (`| head`), with one line otherwise.
 */
export function endWithOutput(): void {
  process.stdout.on('error', endWith);
}

function endWith(error: NodeJS.ErrnoException): void {
  // The terminal was closed; SIGHUP says what to do.
  if (error.code === 'EIO' && process.stdout.isTTY) return;
  if (error.code !== 'EPIPE') printError(`sf-databuffer: standard output: ${error.message}`);
  process.exit(error.code === 'EPIPE' ? 0 : 1);
}
