import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** Where a line is; the file is kept open, so that it can be read when the file was moved away. */
export interface LinePlace {
  readonly file: FileHandle;
  readonly position: number;
  /** Bytes, without the line's end. */
  readonly length: number;
}

/**
 * A file of lines that somebody appends to, read from its start and then on from where it ended.
 * When it was moved away (logrotate) its rest is read, and then the new one.
 */
export class GrowingFile {
  private readonly handles: FileHandle[] = [];
  private current: FileHandle | undefined;
  private position = 0;

  constructor(private readonly path: string) {}

  /**
   * Visits the complete lines that were added since the last call. Calls must not overlap.
   *
   * @throws NodeJS.ErrnoException when the file is there and can't be read
   */
  async readOn(visit: (line: Buffer, place: LinePlace) => void): Promise<void> {
    do {
      this.current ??= await this.openIt();
      if (!this.current) return;
      await this.readToEnd(this.current, visit);
    } while (await this.movedAway(this.current));
  }

  /** What stands behind the last complete line. */
  async unfinished(): Promise<Buffer> {
    if (!this.current) return Buffer.alloc(0);
    const { size } = await this.current.stat();
    const rest = Buffer.alloc(Math.max(0, size - this.position));
    const { bytesRead } = await this.current.read(rest, 0, rest.length, this.position);
    return rest.subarray(0, bytesRead);
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
      throw error;
    }
  }

  private async readToEnd(
    file: FileHandle,
    visit: (line: Buffer, place: LinePlace) => void,
  ): Promise<void> {
    if ((await file.stat()).size < this.position) this.position = 0;
    let size = CHUNK_BYTES;
    for (;;) {
      const chunk = Buffer.allocUnsafe(size);
      const { bytesRead } = await file.read(chunk, 0, size, this.position);
      const bytes = chunk.subarray(0, bytesRead);
      let start = 0;
      for (let end; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
        const place = { file, position: this.position + start, length: end - start };
        visit(bytes.subarray(start, end), place);
      }
      this.position += start;
      if (bytesRead < size) return;
      // A line that is longer than what was read.
      size = start === 0 ? 2 * size : CHUNK_BYTES;
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
export async function readLine({ file, position, length }: LinePlace): Promise<string> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.toString('utf8', 0, bytesRead);
}

/** The lines of a file that grows no more; one whose name ends in `.gz` is unpacked. */
export async function* linesOf(path: string): AsyncGenerator<Buffer, void> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const unpacked = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => unpacked.destroy(error));
  let rest = Buffer.alloc(0);
  for await (const chunk of unpacked) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      yield bytes.subarray(start, end);
    }
    rest = bytes.subarray(start);
  }
}
