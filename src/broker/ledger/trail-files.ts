import { closeSync, fstatSync, openSync } from 'node:fs';
import type { WrittenLine } from '../../audit/append-only-file.js';
import type { TrailPlace } from './recorded-request.js';

interface OpenTrail {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  /** Lines that may still have to be read. */
  lines: number;
}

/**
 * The files with lines that this broker recorded: the trail, and rotated files in which requests are
 * still open. Each stays open for as long as a line of it is needed.
 */
export class TrailFiles {
  private readonly files = new Set<OpenTrail>();

  constructor(private readonly trail: string) {}

  /** A line that can be read until it is released; undefined where the trail was moved away before. */
  hold({ dev, ino, position, length }: WrittenLine): TrailPlace | undefined {
    const file = this.fileOf(dev, ino);
    if (!file) return undefined;
    file.lines++;
    return { file, position, length, release: () => this.release(file) };
  }

  close(): void {
    for (const { fd } of this.files) closeSync(fd);
    this.files.clear();
  }

  private fileOf(dev: number, ino: number): OpenTrail | undefined {
    for (const file of this.files) if (file.ino === ino && file.dev === dev) return file;
    const opened = openIfThere(this.trail);
    if (!opened) return undefined;
    if (opened.ino === ino && opened.dev === dev) this.files.add(opened);
    else closeSync(opened.fd);
    return this.files.has(opened) ? opened : undefined;
  }

  private release(file: OpenTrail): void {
    file.lines--;
    if (file.lines > 0 || !this.files.delete(file)) return;
    closeSync(file.fd);
  }
}

function openIfThere(path: string): OpenTrail | undefined {
  try {
    const fd = openSync(path, 'r');
    const { dev, ino } = fstatSync(fd);
    return { fd, dev, ino, lines: 0 };
  } catch {
    return undefined; // Moved away, or out of descriptors: the request stays in memory.
  }
}
