import { fdatasyncSync, fstatSync, statSync, writeSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SerialQueue } from '../concurrency/serial-queue.js';
import { makeFolders } from '../filesystem/make-folders.js';
import { syncFolder } from '../filesystem/sync-folder.js';

const NEWLINE = 0x0a;
// The folder and the umask decide who else may read it.
const MODE = 0o644;

/**
 * A file of lines that only grows at its end, and is on disk when a call returns.
 *
 * One process writes it. Calls run one after another. An unfinished line of a predecessor stays, and the
 * next lines start on a line of their own. If the file was moved away (logrotate) or removed, a new one is
 * begun.
 */
export class AppendOnlyFile {
  private file: OpenFile | undefined;
  private endsInsideLine = false;
  /** Whether it has lines for which nobody waited until they were on disk. */
  private isBehind = false;
  private readonly calls = new SerialQueue();

  /**
   * @param opened called with the file before anything is written to it; an error that it throws fails the
   * call
   */
  constructor(
    readonly path: string,
    private readonly opened: (fd: number) => void = () => undefined,
  ) {}

  /** Opens or makes the file, and its folder; append() does so by itself. */
  open(): Promise<void> {
    return this.calls.run(async () => void (await this.current()));
  }

  /**
   * Appends lines with one write and one fsync. When it fails the file is as it was before, as far
   * as the disk still allows.
   *
   * Blocks the event loop for the time of the fsync. Handing check, write and fsync to other threads
   * costs as much as the fsync itself, while the callers wait, as they need the line on disk.
   *
   * @param options.durable false: does not wait for the disk; a crash of the machine may lose the lines
   * @returns where each line is
   */
  append(lines: readonly string[], { durable = true } = {}): Promise<WrittenLine[]> {
    if (lines.length === 0) return Promise.resolve([]);
    const text = joined(lines);
    return this.calls.run(async () => {
      const { handle, ...file } = await this.current();
      const bytes = Buffer.from(this.endsInsideLine ? `\n${text}` : text);
      let written = 0;
      try {
        // A disk that is nearly full may take only a part, and fails at the next write.
        while (written < bytes.length) {
          written += writeSync(handle.fd, bytes, written);
        }
        if (durable) fdatasyncSync(handle.fd);
        this.isBehind = !durable;
        this.endsInsideLine = false;
        return placesOf(lines, file, fstatSync(handle.fd).size);
      } catch (error) {
        await takeBack(handle, written).catch(() => 'the next lines start on a line of their own');
        await this.release();
        throw error;
      }
    });
  }

  /** Waits for the disk to have all lines that were appended so far. */
  sync(): Promise<void> {
    return this.calls.run(async () => {
      if (this.isBehind) this.catchUp(await this.current());
    });
  }

  /** Replaces all lines at once: after a crash the old or the new ones are there. */
  replace(lines: readonly string[]): Promise<void> {
    return this.calls.run(async () => {
      await this.release();
      makeFolders(dirname(this.path));
      const temporary = `${this.path}.new`;
      const handle = await open(temporary, 'w', MODE);
      try {
        await handle.writeFile(joined(lines));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, this.path);
      syncFolder(dirname(this.path));
      await this.current();
    });
  }

  close(): Promise<void> {
    return this.calls.run(() => this.release());
  }

  private async current(): Promise<OpenFile> {
    if (this.file) {
      const there = statSync(this.path, { throwIfNoEntry: false });
      if (there?.ino === this.file.ino && there.dev === this.file.dev) return this.file;
      if (this.isBehind) this.catchUp(this.file);
      await this.release();
    }
    makeFolders(dirname(this.path));
    const handle = await open(this.path, 'a+', MODE);
    try {
      this.opened(handle.fd);
      const { ino, dev, size } = await handle.stat();
      this.endsInsideLine = size > 0 && (await byteAt(handle, size - 1)) !== NEWLINE;
      syncFolder(dirname(this.path));
      return (this.file = { handle, ino, dev });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  private catchUp({ handle }: OpenFile): void {
    fdatasyncSync(handle.fd);
    this.isBehind = false;
  }

  private async release(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.handle.close();
  }
}

/** Identity of the file, whatever its present name. */
interface FileIdentity {
  readonly ino: number;
  readonly dev: number;
}

interface OpenFile extends FileIdentity {
  readonly handle: FileHandle;
}

/** The place of an appended line. Position and length in bytes, without the line's end. */
export interface WrittenLine extends FileIdentity {
  readonly position: number;
  readonly length: number;
}

/** @param end of the file, behind the last line's end */
function placesOf(lines: readonly string[], file: FileIdentity, end: number): WrittenLine[] {
  const lengths = lines.map((line) => Buffer.byteLength(line));
  let position = end - lengths.reduce((sum, length) => sum + length + 1, 0);
  return lengths.map((length) => {
    const place = { ...file, position, length };
    position += length + 1;
    return place;
  });
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Half an append must not look like a record of its own. */
async function takeBack(handle: FileHandle, written: number): Promise<void> {
  const { size } = await handle.stat();
  await handle.truncate(size - written);
}

async function byteAt(handle: FileHandle, position: number): Promise<number> {
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, position);
  return byte[0];
}
