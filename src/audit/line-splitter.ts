import type { FileHandle } from 'node:fs/promises';
import { unpacked } from './read-trail.js';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Takes a line without its end. Its bytes are used again for other lines. */
export type VisitLine = (line: Buffer) => void;

/** Splits what comes in pieces into lines. */
export class LineSplitter {
  /** The beginning of a line whose end has not come yet. */
  private begun: Buffer[] = [];

  /** Visits the lines that are complete with this piece. */
  split(piece: Buffer, visit: VisitLine): void {
    let start = 0;
    for (let end; (end = piece.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      const line = piece.subarray(start, end);
      visit(this.begun.length === 0 ? line : Buffer.concat([...this.begun, line]));
      this.begun = [];
    }
    // Copied, as the piece's memory is used again.
    if (start < piece.length) this.begun.push(Buffer.from(piece.subarray(start)));
  }

  /** What stands behind the last line's end. */
  get unfinished(): Buffer {
    return Buffer.concat(this.begun);
  }
}

/**
 * The bytes of a file from one position to another, or to its end. While one chunk is looked at the
 * next one is read, into the memory of the one before.
 */
export async function* chunksOf(
  file: FileHandle,
  from: number,
  to = Infinity,
): AsyncGenerator<Buffer, void> {
  let buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let other: Buffer | undefined;
  let position = from;
  const readInto = (memory: Buffer) =>
    file.read(memory, 0, Math.min(CHUNK_BYTES, to - position), position);
  let reading = readInto(buffer);
  for (;;) {
    const { bytesRead } = await reading;
    const chunk = buffer.subarray(0, bytesRead);
    position += bytesRead;
    if (bytesRead < CHUNK_BYTES || position >= to) {
      yield chunk;
      return;
    }
    [buffer, other] = [other ?? Buffer.allocUnsafe(CHUNK_BYTES), buffer];
    reading = readInto(buffer);
    yield chunk;
  }
}

/**
 * Visits the lines of a file that grows no more, the last one also without its end; one whose name ends in
 * `.gz` is unpacked.
 */
export async function visitLines(
  path: string,
  visit: (line: Buffer, position: number) => void,
): Promise<void> {
  const splitter = new LineSplitter();
  let position = 0;
  const visitHere = (line: Buffer) => {
    visit(line, position);
    position += line.length + 1;
  };
  for await (const chunk of unpacked(path)) splitter.split(chunk as Buffer, visitHere);
  if (splitter.unfinished.length > 0) visitHere(splitter.unfinished);
}
