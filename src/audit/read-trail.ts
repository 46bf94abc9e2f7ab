import { type DamagedLine, type TrailEntry, parseTrailLine } from './trail-line.js';
import { TrailUnreadable } from './trail-unreadable.js';
import { unpacked } from './unpacked.js';

/** A line of a trail, counted from 1: a request, or what is wrong with it and how it starts. */
export type TrailLine =
  | (TrailEntry & { readonly lineNumber: number; readonly damaged?: undefined })
  | (DamagedLine & { readonly lineNumber: number; readonly text: string });

const LONGEST_LINE = 16 * 1024 * 1024;
const SHOWN_OF_DAMAGED = 200;

/**
 * Reads an audit trail or an `.err` file line by line, in constant memory, of this or any other
 * implementation, also one that logrotate packed (`.gz`). Blank lines are counted and passed over.
 *
 * @throws TrailUnreadable
 */
export async function* readTrail(file: string): AsyncGenerator<TrailLine, void> {
  let lineNumber = 0;
  for await (const text of linesOf(file)) {
    lineNumber++;
    if (text.length > LONGEST_LINE) {
      yield damagedLine(lineNumber, text, `is longer than ${LONGEST_LINE} characters`);
    } else if (text.trim() !== '') {
      const entry = parseTrailLine(text);
      if ('damaged' in entry) yield damagedLine(lineNumber, text, entry.damaged);
      else yield { lineNumber, ...entry };
    }
  }
}

function damagedLine(lineNumber: number, text: string, damaged: string): TrailLine {
  return { lineNumber, damaged, text: text.slice(0, SHOWN_OF_DAMAGED) };
}

/** Lines without their ends; of one that is too long only as much as shows that it is. */
async function* linesOf(file: string): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of chunksOf(file)) {
    const [first, ...others] = chunk.split('\n');
    if (rest.length <= LONGEST_LINE) rest += first;
    if (others.length === 0) continue;
    yield rest;
    rest = others.pop()!;
    yield* others;
  }
  if (rest !== '') yield rest;
}

async function* chunksOf(file: string): AsyncGenerator<string, void> {
  try {
    yield* unpacked(file).setEncoding('utf8') as AsyncIterable<string>;
  } catch (error) {
    throw new TrailUnreadable(file, error);
  }
}
