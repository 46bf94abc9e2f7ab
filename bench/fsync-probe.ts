import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { milliseconds } from './milliseconds.js';

/** Bytes of a line of the trail. */
const LINE_BYTES = 1200;

/** Tells how long an append with an fsync takes just now, in a file of its own. */
export class FsyncProbe {
  private readonly file: number;
  private readonly line = Buffer.alloc(LINE_BYTES, 'x');

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  /** @returns milliseconds */
  append(): Promise<number> {
    return milliseconds(() => {
      writeSync(this.file, this.line);
      fsyncSync(this.file);
    });
  }

  close(): void {
    closeSync(this.file);
  }
}
