import { type FileHandle, open } from 'node:fs/promises';
import type { LinePlace } from '../../audit/file-tail.js';
import { chunksOf } from '../../audit/file-bytes.js';
import { LineSplitter, type VisitLine } from '../../audit/line-splitter.js';

/**
 * The lines that a trail has when a broker opens it; what that broker records comes behind. Stays open,
 * so that a line can be read from its place after the trail was moved away.
 */
export class RecordedLines {
  private constructor(
    private readonly file: FileHandle,
    private readonly bytes: number,
    /**
     * When the trail had been written last, in whole seconds since the epoch: by that a broker of an earlier
     * release knows it when it was moved away.
     */
    readonly lastWritten: number,
  ) {}

  /** @throws NodeJS.ErrnoException when the trail can't be read */
  static async open(path: string): Promise<RecordedLines> {
    const file = await open(path, 'r');
    const { size, mtimeMs } = await file.stat();
    return new RecordedLines(file, size, Math.floor(mtimeMs / 1000));
  }

  /**
   * Visits all of them, the last one also without its end: a broker that was killed there may have
   * answered.
   *
   * @param take the line's bytes are there during the visit only
   * @returns false where the trail was cut off (copytruncate), so that not all of them were there
   * @throws NodeJS.ErrnoException
   */
  async visit(take: (line: Buffer, place: LinePlace) => void): Promise<boolean> {
    const { file } = this;
    const takeHere: VisitLine = (line, position) =>
      take(line, { file, position, length: line.length });
    const splitter = new LineSplitter();
    let bytes = 0;
    for await (const chunk of chunksOf(file, 0, this.bytes)) {
      bytes += chunk.length;
      splitter.split(chunk, takeHere);
    }
    splitter.end(takeHere);
    return bytes === this.bytes;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
