import { once } from 'node:events';

/** Prints a result, and waits for a reader that is slower than we are. */
export async function printLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/**
 * Ends the process when standard output can't be written to: quietly when its reader has enough
 * (`| head`), with one line otherwise.
 */
export function endWithOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') console.error(`sf-databuffer: standard output: ${error.message}`);
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}
