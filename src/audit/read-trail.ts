import { unpacked } from './file-bytes.js';
import { LineSplitter, type VisitLine } from './line-splitter.js';
import { piecesOf, looksWhole } from './trail-pieces.js';
import { type DamagedLine, type TrailEntry, parseTrailLine } from './trail-line.js';
import { TrailUnreadable } from './errors.js';

/**
 * The content of a trail's line, counted from 1: a request; or something damaged, how it starts, and at
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

/** Two texts of 20 MiB, each of whose characters may be escaped, and what is short. */
const MAX_LINE_LENGTH = 81 * 1024 * 1024;
const SHOWN_OF_DAMAGED = 200;

/**
 * Reads an audit trail or an `.err` file line by line, in constant memory. It may be of this or any other
 * implementation, and packed by logrotate (`.gz`). Blank lines are counted and skipped.
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

/** The lines of a file; a line that is too long comes cut off. */
async function* linesOf(file: string): AsyncGenerator<Line, void> {
  const splitter = new LineSplitter(0, MAX_LINE_LENGTH);
  const lines: Line[] = [];
  const take: VisitLine = (bytes, offset, isTooLong) => lines.push({ bytes, offset, isTooLong });
  try {
    for await (const chunk of unpacked(file)) {
      splitter.split(chunk as Buffer, take);
      yield* lines.splice(0);
    }
  } catch (error) {
    throw new TrailUnreadable(file, error);
  }
  splitter.end(take);
  yield* lines;
}
