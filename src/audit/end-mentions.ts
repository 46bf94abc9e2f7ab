import { open } from 'node:fs/promises';

// The two requests of an acquisition with the largest parameters that a call can carry.
const END_BYTES = 164 * 1024 * 1024;

/** Whether the end of a file contains one of some texts (ASCII). */
export async function endMentions(file: string, texts: readonly string[]): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, END_BYTES);
    const end = Buffer.alloc(length);
    const { bytesRead } = await handle.read(end, 0, length, size - length);
    return texts.some((text) => end.subarray(0, bytesRead).includes(text));
  } finally {
    await handle.close();
  }
}
