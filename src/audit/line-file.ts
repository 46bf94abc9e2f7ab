import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const NEWLINE = 0x0a;
// Who may read along is decided by the folder and the umask.
const MODE = 0o644;

/**
 * A file of lines that only ever grows at its end and is on disk when a call returns.
 *
 * One process writes it. Calls run one after another. What a predecessor left unfinished at the end
 * stays there, and lines start behind it on a line of their own. A file that was moved away
 * (logrotate) or removed is noticed and a new one begun.
 */
export class LineFile {
  private handle: FileHandle | undefined;
  private endsInsideLine = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly path: string) {}

  /** Opens or makes the file, and its folder; append() does so by itself. */
  open(): Promise<void> {
    return this.inTurn(async () => void (await this.current()));
  }

  /**
   * Appends lines with one write and one fsync. When it fails the file is as it was before, as far
   * as the disk still allows.
   */
  append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    const text = joined(lines);
    return this.inTurn(async () => {
      const handle = await this.current();
      const { size } = await handle.stat();
      try {
        await writeWhole(handle, this.endsInsideLine ? `\n${text}` : text);
        await handle.sync();
        this.endsInsideLine = false;
      } catch (error) {
        // Half of what was to be one append must not pass for a record of its own.
        await handle.truncate(size).catch(() => 'the next lines start on a line of their own');
        await this.release();
        throw error;
      }
    });
  }

  /** Replaces all lines at once: after a crash the old or the new ones are there. */
  replace(lines: readonly string[]): Promise<void> {
    return this.inTurn(async () => {
      await this.release();
      const temporary = `${this.path}.new`;
      const handle = await open(temporary, 'w', MODE);
      try {
        await writeWhole(handle, joined(lines));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, this.path);
      await syncFolder(this.path);
      await this.current();
    });
  }

  /** Empties the file. Not waited for on disk: a crash may bring the old lines back. */
  clear(): Promise<void> {
    return this.inTurn(async () => {
      await (await this.current()).truncate(0);
      this.endsInsideLine = false;
    });
  }

  close(): Promise<void> {
    return this.inTurn(() => this.release());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => 'the caller has the error');
    return turn;
  }

  private async current(): Promise<FileHandle> {
    if (this.handle) {
      const [held, there] = await Promise.all([
        this.handle.stat(),
        stat(this.path).catch(() => undefined),
      ]);
      if (held.ino === there?.ino && held.dev === there.dev) return this.handle;
      await this.release();
    }
    await mkdir(dirname(this.path), { recursive: true });
    const handle = await open(this.path, 'a+', MODE);
    try {
      this.endsInsideLine = await endsInsideLine(handle);
      await syncFolder(this.path);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return (this.handle = handle);
  }

  private async release(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
  }
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

// One write for all of it; a disk that is nearly full may take a part, and says why on the next.
async function writeWhole(handle: FileHandle, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done)).bytesWritten;
  }
}

async function endsInsideLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const end = Buffer.alloc(1);
  await handle.read(end, 0, 1, size - 1);
  return end[0] !== NEWLINE;
}

/** A new name is on disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems have no such call, and nothing to wait for.
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
