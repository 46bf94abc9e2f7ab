import { parseTrailLine } from './trail-line.js';

/** A part of a line, in bytes. */
export interface Piece {
  readonly start: number;
  readonly length: number;
}

/** A whole trail line. */
export interface RecordPiece extends Piece {
  /** It stands directly behind another, whose line end was lost. */
  readonly isGlued: boolean;
}

/** The pieces of a damaged line. */
export interface Pieces {
  readonly records: readonly RecordPiece[];
  readonly damaged: readonly (Piece & { readonly reason: string })[];
}

const [OPEN_BRACKET, CLOSED_BRACE, CARRIAGE_RETURN] = [0x5b, 0x7d, 0x0d];
/** Where JSON begins on a trail line. Inside of valid JSON this can't be: quotes in a text are escaped. */
const JSON_START = Buffer.from('] {"');
const FIRST_JSON_START = '[20180625-101112'.length;
const RECORD_START = /\[\d{8}-\d{6}\] \{"/g;

/** Whether a line looks like one whole record, as far as this shows without parsing it. */
export function looksWhole(line: Buffer): boolean {
  const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 2 : line.length - 1;
  return (
    line[0] === OPEN_BRACKET &&
    line[end] === CLOSED_BRACE &&
    line.indexOf(JSON_START, FIRST_JSON_START + 1) < 0 &&
    !line.includes(0)
  );
}

/**
 * Looks for the records of a line that is damaged: several stand on one line where its end was lost, or
 * behind what overwrote the one before.
 */
export function piecesOf(line: Buffer): Pieces {
  const text = line.toString('latin1');
  const starts = [...text.matchAll(RECORD_START)].map(({ index }) => index);
  const records: RecordPiece[] = [];
  let recordEnds = -1;
  const damaged: (Piece & { reason: string })[] = [];
  const keep = (start: number, end: number, reason: string) => {
    if (text.slice(start, end).trim() !== '') damaged.push({ start, length: end - start, reason });
  };
  keep(0, starts[0] ?? line.length, 'does not start with a time, [YYYYMMDD-HHMMSS]');
  for (const [i, start] of starts.entries()) {
    const limit = starts[i + 1] ?? line.length;
    const end = endOfObject(text, start + FIRST_JSON_START + 2, limit);
    const entry = parseTrailLine(line.toString('utf8', start, end));
    if ('damaged' in entry) {
      keep(start, limit, entry.damaged);
    } else {
      records.push({ start, length: end - start, isGlued: start === recordEnds });
      recordEnds = end;
      keep(end, limit, 'follows a record on the same line');
    }
  }
  return { records, damaged };
}

/** Behind the brace that closes the object at `from`; `limit` where none does. */
function endOfObject(text: string, from: number, limit: number): number {
  let depth = 0;
  let inString = false;
  for (let at = from; at < limit; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at + 1;
  }
  return limit;
}
