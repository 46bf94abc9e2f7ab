import type { FileHandle } from 'node:fs/promises';
import { unpacked } from '../../audit/unpacked.js';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Takes a line without its end. Its bytes are used again for other lines. */
export type VisitLine = (line: Buffer) => void;

/** Cuts what comes in pieces into lines. */
export class LineCutter {
  /** The beginning of a line whose end has not come yet. */
  private begun: Buffer[] = [];

  /** Visits the lines that are complete with this piece. */
  cut(piece: Buffer, visit: VisitLine): void {
    let start = 0;
    for (let end; (end = piece.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      const line = piece.subarray(start, end);
      visit(this.begun.length === 0 ? line : Buffer.concat([...this.begun, line]));
      this.begun = [];
    }
    // Copied, as the piece's memory is used again.
    if (start < piece.length) this.begun.push(Buffer.from(piece.subarray(start)));
  }
}

/**
 * The bytes of a file from a position on. While one chunk is looked at the next one is read, into the
 * memory of the one before.
 */
export async function* chunksOf(file: FileHandle, from: number): AsyncGenerator<Buffer, void> {
  let buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let other: Buffer | undefined;
  let position = from;
  let reading = file.read(buffer, 0, CHUNK_BYTES, position);
  for (;;) {
    const { bytesRead } = await reading;
    const chunk = buffer.subarray(0, bytesRead);
    if (bytesRead < CHUNK_BYTES) {
      yield chunk;
      return;
    }
    position += bytesRead;
    [buffer, other] = [other ?? Buffer.allocUnsafe(CHUNK_BYTES), buffer];
    reading = file.read(buffer, 0, CHUNK_BYTES, position);
    yield chunk;
  }
}

/** Visits the lines of a file that grows no more; one whose name ends in `.gz` is unpacked. */
export async function visitLines(path: string, visit: VisitLine): Promise<void> {
  const cutter = new LineCutter();
  for await (const chunk of unpacked(path)) cutter.cut(chunk as Buffer, visit);
}
