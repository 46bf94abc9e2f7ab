import type { Overview } from '../../../broker/overview/replies.js';
import type { RequestHead } from '../../../report/request-record.js';
import { type Line, as } from './line.js';
import { grouped } from './numbers.js';
import {
  acquisitionLines,
  headLine,
  problemBlocks,
  queueLine,
  throughputLine,
} from './now-lines.js';
import { requestBlocks, requestsHead } from './request-blocks.js';
import { writerBlocks } from './writer-blocks.js';

/** What the broker said of itself. */
export interface Seen {
  readonly overview: Overview;
  /** Newest first. */
  readonly requests: readonly RequestHead[];
}

export interface Size {
  /** Cells in a line. */
  readonly width: number;
  /** Lines; undefined: as many as there are. */
  readonly height: number | undefined;
}

const MOST_OF_PROBLEMS = 6;
const LEAST_OF_REQUESTS = 6;
const EMPTY: Line = [];

/** The broker at a glance: what is wrong comes first, and what does not fit is counted. */
export function picture({ overview, requests }: Seen, { width, height = Infinity }: Size): Line[] {
  const whole = height === Infinity;
  const problems = cut(
    problemBlocks(overview, width),
    whole ? height : MOST_OF_PROBLEMS,
    'problem',
  );
  const top = [
    headLine(overview, width),
    ...acquisitionLines(overview, width),
    ...problems,
    EMPTY,
    queueLine(overview),
    throughputLine(overview, width),
    EMPTY,
  ];
  const title: Line = [as('strong', `Writers (${grouped(overview.writers.length)})`)];
  const last = requestBlocks(requests, overview.time, width);
  const needed = Math.min(last.flat().length, LEAST_OF_REQUESTS);
  // Titles of writers and requests, and the line in between.
  const room = height - top.length - 3;
  const writers = cut(writerBlocks(overview, width), Math.max(room - needed, 1), 'writer');
  const lines = last.flat().slice(0, Math.max(room - writers.length, 0));
  return [...top, title, ...writers, EMPTY, requestsHead(width), ...lines].slice(0, height);
}

/**
 * The first line of each block, and of the others what finds room, in order.
 *
 * @param room in lines
 */
function cut(blocks: readonly (readonly Line[])[], room: number, one: string): Line[] {
  if (blocks.flat().length <= room) return blocks.flat();
  const isAllNamed = blocks.length <= room;
  const named = blocks.slice(0, isAllNamed ? room : room - 1);
  let left = room - named.length - (isAllNamed ? 0 : 1);
  const lines = named.flatMap(([first, ...others]) => {
    const shown = others.slice(0, left);
    left -= shown.length;
    return [first, ...shown];
  });
  const more = blocks.length - named.length;
  return more === 0 ? lines : [...lines, [as('quiet', `and ${grouped(more)} more ${one}s`)]];
}
