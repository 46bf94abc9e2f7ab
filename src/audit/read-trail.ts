import { piecesOf, looksWhole } from './trail-pieces.js';
import { type DamagedLine, type TrailEntry, parseTrailLine } from './trail-line.js';
import { TrailUnreadable } from './errors.js';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * What stands on a line of a trail, counted from 1: a request; or something damaged, how it starts, and at
 * which byte of the file, unpacked. A line whose end was lost has several requests: all but the first have
 * `gluedAt`, the byte where they begin.
 */
export type TrailLine =
  | (TrailEntry & {
      readonly lineNumber: number;
      readonly gluedAt?: number;
      readonly damaged?: undefined;
    })
  | (DamagedLine & {
      readonly lineNumber: number;
      readonly offset: number;
      readonly text: string;
    });

interface Line {
  readonly bytes: Buffer;
  readonly offset: number;
  /** Not all of its bytes are there. */
  readonly isTooLong: boolean;
}

const NEWLINE = 0x0a;
const MAX_LINE_LENGTH = 16 * 1024 * 1024;
const SHOWN_OF_DAMAGED = 200;

/**
 * Reads an audit trail or an `.err` file line by line, in constant memory, of this or any other
 * implementation, also one that logrotate packed (`.gz`). Blank lines are counted and passed over.
 *
 * @throws TrailUnreadable
 */
export async function* readTrail(file: string): AsyncGenerator<TrailLine, void> {
  let lineNumber = 0;
  for await (const { bytes, offset, isTooLong } of linesOf(file)) {
    lineNumber++;
    if (isTooLong) {
      const damaged = `is longer than ${MAX_LINE_LENGTH} bytes`;
      yield damagedPiece(lineNumber, offset, bytes, damaged);
    } else {
      yield* entriesOf(lineNumber, offset, bytes);
    }
  }
}

function* entriesOf(lineNumber: number, offset: number, line: Buffer): Generator<TrailLine, void> {
  if (looksWhole(line)) {
    const entry = parseTrailLine(line.toString());
    if (!('damaged' in entry)) {
      yield { lineNumber, ...entry };
      return;
    }
  }
  const { records, damaged } = piecesOf(line);
  for (const { start, length, isGlued } of records) {
    const entry = parseTrailLine(line.toString('utf8', start, start + length));
    const gluedAt = isGlued ? offset + start : undefined;
    if (!('damaged' in entry)) yield { lineNumber, gluedAt, ...entry };
  }
  for (const { start, length, reason } of damaged) {
    const piece = line.subarray(start, start + length);
    yield damagedPiece(lineNumber, offset + start, piece, reason);
  }
}

function damagedPiece(
  lineNumber: number,
  offset: number,
  bytes: Buffer,
  damaged: string,
): TrailLine {
  const text = bytes.toString('utf8', 0, 4 * SHOWN_OF_DAMAGED).slice(0, SHOWN_OF_DAMAGED);
  return { lineNumber, offset, damaged, text };
}

/** Lines without their ends; of one that is too long only as much as shows that it is. */
async function* linesOf(file: string): AsyncGenerator<Line, void> {
  let begun: Buffer[] = [];
  let offset = 0;
  let length = 0;
  const add = (piece: Buffer) => {
    if (length <= MAX_LINE_LENGTH) begun.push(piece);
    length += piece.length;
  };
  const finish = (): Line => {
    const line = { bytes: Buffer.concat(begun), offset, isTooLong: length > MAX_LINE_LENGTH };
    offset += length + 1;
    [begun, length] = [[], 0];
    return line;
  };
  for await (const chunk of chunksOf(file)) {
    let start = 0;
    for (let end; (end = chunk.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      add(chunk.subarray(start, end));
      yield finish();
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}

async function* chunksOf(file: string): AsyncGenerator<Buffer, void> {
  try {
    yield* unpacked(file) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new TrailUnreadable(file, error);
  }
}

const CHUNK_BYTES = 1024 * 1024;

/** The bytes of a file, unpacked where its name ends in `.gz`: as logrotate leaves old ones. */
export function unpacked(path: string): Readable {
  const bytes = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!path.endsWith('.gz')) return bytes;
  // Each chunk waits for a turn of the event loop, which calls may make long.
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  bytes.on('error', (error) => gunzip.destroy(error));
  return bytes.pipe(gunzip);
}
