import { ftruncateSync } from 'node:fs';
import { roundedUp } from '../format/header-messages.js';
import type { ReadAt } from '../format/read-bytes.js';
import { END_OF_FILE_AT, endOfFile } from '../format/superblock.js';
import type { HeadBufferedFile } from './head-buffered-file.js';

/** What is appended is written in pieces of about this size. */
const PIECE_BYTES = 256 * 1024;

/** The end of a file that HDF5 has closed: what is put there belongs to the file. */
export class FileTail {
  private readonly piece = Buffer.alloc(PIECE_BYTES);
  /** Where the piece lies that is being filled, and how much of it is. */
  private pieceAt: number;
  private filled = 0;

  constructor(
    private readonly file: HeadBufferedFile,
    private readonly fd: number,
  ) {
    this.pieceAt = roundedUp(endOfFile((bytes, at) => file.read(bytes, at)));
  }

  /** Where what is appended next will lie, a multiple of eight. */
  get position(): number {
    return this.pieceAt + this.filled;
  }

  /** Reads what is there, what was appended included. */
  readonly reader: ReadAt = (bytes, at) => {
    if (at < this.pieceAt) return this.file.read(bytes, at);
    const from = at - this.pieceAt;
    return this.piece.copy(bytes, 0, from, Math.min(this.filled, from + bytes.length));
  };

  /** @returns where the bytes lie. @throws NodeJS.ErrnoException */
  append(bytes: Uint8Array): number {
    const size = roundedUp(bytes.length);
    if (this.filled + size > PIECE_BYTES) this.flush();
    const at = this.position;
    if (size > PIECE_BYTES) {
      this.store(bytes, at);
      this.pieceAt += size;
      return at;
    }
    this.piece.fill(0, this.filled + bytes.length, this.filled + size);
    this.piece.set(bytes, this.filled);
    this.filled += size;
    return at;
  }

  /** Takes room for what is written later. @returns where it lies */
  reserve(size: number): number {
    const room = roundedUp(size);
    if (this.filled + room > PIECE_BYTES) this.flush();
    const at = this.position;
    if (room > PIECE_BYTES) {
      this.pieceAt += room;
    } else {
      this.piece.fill(0, this.filled, this.filled + room);
      this.filled += room;
    }
    return at;
  }

  /** Writes over what is there, or into what was reserved. @throws NodeJS.ErrnoException */
  write(bytes: Uint8Array, at: number): void {
    if (at >= this.pieceAt) this.piece.set(bytes, at - this.pieceAt);
    else this.store(bytes, at);
  }

  /** Makes it part of the file. */
  close(): void {
    this.flush();
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(this.position));
    this.write(size, END_OF_FILE_AT);
    ftruncateSync(this.fd, this.position);
  }

  private store(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length;)
      done += this.file.write(bytes.subarray(done), at + done);
  }

  private flush(): void {
    this.store(this.piece.subarray(0, this.filled), this.pieceAt);
    this.pieceAt += this.filled;
    this.filled = 0;
  }
}
