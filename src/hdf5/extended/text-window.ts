import type { Spool } from '../../rows/spool.js';
import type { TextColumn } from '../../rows/text-column.js';
import type { SpooledText } from '../../rows/spooled-block.js';

/** Texts that come in any order and leave in theirs; a place that gets none is an empty text. */
export class TextWindow {
  private readonly starts: Uint32Array;
  private readonly ends: Uint32Array;
  private readonly columnEnds: Uint32Array;
  private pool = Buffer.alloc(0);
  private used = 0;
  private columnBytes = Buffer.alloc(0);

  /** @param places texts that it can hold */
  constructor(places: number) {
    this.starts = new Uint32Array(places);
    this.ends = new Uint32Array(places);
    this.columnEnds = new Uint32Array(places);
  }

  clear(): void {
    this.blank(0, this.starts.length);
    this.used = 0;
  }

  /** Makes the texts of `count` places empty. */
  blank(place: number, count: number): void {
    this.starts.fill(0, place, place + count);
    this.ends.fill(0, place, place + count);
  }

  /** Puts `count` texts from `first` on of a kept column into the places from `place` on. */
  put(
    spool: Spool,
    kept: SpooledText,
    columnEnds: Uint32Array,
    run: { first: number; count: number },
    place: number,
  ): void {
    const { first, count } = run;
    if (count === 0) return;
    const start = first === 0 ? 0 : columnEnds[first - 1];
    const length = columnEnds[first + count - 1] - start;
    this.pool = withRoom(this.pool, this.used, length);
    spool.readPart(kept.bytes, start, this.pool.subarray(this.used, this.used + length));
    let position = this.used;
    for (let i = 0; i < count; i++) {
      this.starts[place + i] = position;
      position = this.used + columnEnds[first + i] - start;
      this.ends[place + i] = position;
    }
    this.used = position;
  }

  /** The first `count` places' texts, valid until the next call. */
  column(count: number): TextColumn {
    this.columnBytes = withRoom(this.columnBytes, 0, this.used);
    const { pool, columnBytes, columnEnds } = this;
    let position = 0;
    for (let i = 0; i < count; i++) {
      const end = this.ends[i];
      for (let from = this.starts[i]; from < end;) columnBytes[position++] = pool[from++];
      columnEnds[i] = position;
    }
    return { bytes: columnBytes, ends: columnEnds };
  }
}

/** The buffer, or a larger copy of its first `used` bytes, with room for `more` behind these. */
function withRoom(buffer: Buffer<ArrayBuffer>, used: number, more: number): Buffer<ArrayBuffer> {
  if (used + more <= buffer.length) return buffer;
  const larger = Buffer.alloc(Math.max(used + more, 2 * buffer.length));
  larger.set(buffer.subarray(0, used));
  return larger;
}
