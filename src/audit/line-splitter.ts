import { unpacked } from './file-bytes.js';

const NEWLINE = 0x0a;

/**
 * Takes a line without its end, and the position of its first byte. The memory is used again for other
 * lines. A line that is too long comes cut off, somewhere above the limit.
 */
export type VisitLine = (line: Buffer, position: number, isTooLong: boolean) => void;

/** Splits text that comes in pieces into lines. */
export class LineSplitter {
  /** The beginning of a line whose end has not come yet, and how long it is. */
  private begun: Buffer[] = [];
  private length = 0;

  /**
   * @param position in bytes, of the first piece
   * @param maxLength in bytes, of lines that are kept whole
   */
  constructor(
    private position = 0,
    private readonly maxLength = Infinity,
  ) {}

  /** Visits the lines that are complete with this piece. */
  split(piece: Buffer, visit: VisitLine): void {
    let start = 0;
    for (let end; (end = piece.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      this.finish(piece.subarray(start, end), visit);
    }
    if (start === piece.length) return;
    // Copied, as the piece's memory is used again.
    if (this.length <= this.maxLength) this.begun.push(Buffer.from(piece.subarray(start)));
    this.length += piece.length - start;
  }

  /** Visits the rest behind the last line's end, if there is any. */
  end(visit: VisitLine): void {
    if (this.length > 0) this.finish(Buffer.alloc(0), visit);
  }

  private finish(rest: Buffer, visit: VisitLine): void {
    const { begun, position } = this;
    const length = this.length + rest.length;
    this.position += length + 1;
    this.begun = [];
    this.length = 0;
    const line = begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
    visit(line, position, length > this.maxLength);
  }
}

/**
 * Visits the lines of a file that no longer grows, the last one also without its end; a file whose name ends
 * in `.gz` is unpacked.
 */
export async function visitLines(path: string, visit: VisitLine): Promise<void> {
  const splitter = new LineSplitter();
  for await (const chunk of unpacked(path)) splitter.split(chunk as Buffer, visit);
  splitter.end(visit);
}
