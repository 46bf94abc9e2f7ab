import { type FileHandle, open, stat } from 'node:fs/promises';
import { chunksOf } from './file-bytes.js';
import { LineSplitter, type VisitLine } from './line-splitter.js';
import { PastUnreadable } from './errors.js';

/** The place of a line; the file stays open, so that the line can be read after the file was moved away. */
export interface LinePlace {
  readonly file: FileHandle;
  readonly position: number;
  /** Bytes, without the line's end. */
  readonly length: number;
}

/**
 * Follows a file to which lines are appended: reads it from its start, and each time continues where it
 * ended. When the file is moved away (logrotate) its rest is read, and then the new file.
 */
export class FileTail {
  private readonly handles: FileHandle[] = [];
  private current: FileHandle | undefined;
  private position = 0;

  constructor(private readonly path: string) {}

  /**
   * Opens the present file, so that it is the next one read even if it is moved away by then.
   *
   * @throws PastUnreadable
   */
  async hold(): Promise<void> {
    this.current ??= await this.openIt();
  }

  /**
   * Visits the complete lines that were added since the last call. Calls must not overlap.
   *
   * @param visit the line's bytes are there during the visit only
   * @throws PastUnreadable when the file is there and can't be read
   */
  async readOn(visit: (line: Buffer, place: LinePlace) => void): Promise<void> {
    do {
      await this.hold();
      if (!this.current) return;
      await this.readToEnd(this.current, visit);
    } while (await this.movedAway(this.current));
  }

  async close(): Promise<void> {
    this.current = undefined;
    for (const handle of this.handles.splice(0)) await handle.close();
  }

  private async openIt(): Promise<FileHandle | undefined> {
    try {
      const handle = await open(this.path, 'r');
      this.handles.push(handle);
      this.position = 0;
      return handle;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new PastUnreadable(this.path, error);
    }
  }

  private async readToEnd(
    file: FileHandle,
    visit: (line: Buffer, place: LinePlace) => void,
  ): Promise<void> {
    const visitHere: VisitLine = (line, position) => {
      visit(line, { file, position, length: line.length });
      this.position = position + line.length + 1;
    };
    try {
      const { size } = await file.stat();
      if (size < this.position) this.position = 0;
      // Lists of requests ask for each of their rows: nothing new has to cost no megabyte of memory.
      if (size > 0 && size === this.position) return;
      const splitter = new LineSplitter(this.position);
      for await (const chunk of chunksOf(file, this.position)) splitter.split(chunk, visitHere);
    } catch (error) {
      throw new PastUnreadable(this.path, error);
    }
  }

  private async movedAway(file: FileHandle): Promise<boolean> {
    const there = await stat(this.path).catch(() => undefined);
    const read = await file.stat();
    if (!there || (there.ino === read.ino && there.dev === read.dev)) return false;
    this.current = undefined;
    return true;
  }
}

/** Reads one line again. */
export async function readLine({ file, position, length }: LinePlace): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}
