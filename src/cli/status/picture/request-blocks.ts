import { basename } from 'node:path/posix';
import type { RequestHead } from '../../../report/request-record.js';
import { fitName, padded } from './cells.js';
import { type Line, as, wrapped } from './line.js';
import { grouped, megabytes } from './numbers.js';
import { reasonOf, sizeOf, stateOf } from './state-words.js';
import { age, duration } from './times.js';

const STATE = 11;
/** Columns behind the file, and how wide they are. */
const COLUMNS = { channels: 12, rows: 10, size: 10, took: 7, age: 7 };
const REST = Object.values(COLUMNS).reduce((sum, each) => sum + each);

/** The head of the table. */
export function requestsHead(width: number): Line {
  const heads = Object.entries(COLUMNS).map(([name, room]) => padded(name, room, 'right'));
  return [
    as('strong', padded('Last requests', Math.max(width - REST, 0))),
    as('quiet', heads.join('')),
  ];
}

/** Each request in a line, and why it is not as it should be in those that follow. */
export function requestBlocks(heads: readonly RequestHead[], now: number, width: number): Line[][] {
  if (heads.length === 0) return [[[as('quiet', 'None so far.')]]];
  return heads.map((head) => blockOf(head, now, width));
}

function blockOf(head: RequestHead, now: number, width: number): Line[] {
  const { word, tone } = stateOf(head);
  const room = Math.max(width - STATE - REST - 1, 0);
  const name = padded(fitName(basename(head.output_file ?? head.request_id), room), room);
  const cells = Object.values(columnsOf(head, now));
  const line: Line = [as(tone, padded(word, STATE)), name, ' ', ...cells];
  const why = reasonOf(head, now);
  const indent = ' '.repeat(STATE);
  return why === undefined ? [line] : [line, ...wrapped([indent], [indent], why, width)];
}

function columnsOf(head: RequestHead, now: number): Record<keyof typeof COLUMNS, string> {
  const { channels_asked: asked, channels_written: written, rows, seconds } = head;
  const size = sizeOf(head);
  const channels = [written, asked].filter((count) => count !== undefined).map(grouped);
  const texts = {
    channels: written === asked ? (channels.at(-1) ?? '') : channels.join(' of '),
    rows: rows === undefined ? '' : grouped(rows),
    size: size === undefined ? '' : megabytes(size),
    took: seconds === undefined ? '' : duration(seconds),
    age: age(now - head.time),
  };
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const cells = names.map((name) => [name, padded(texts[name], COLUMNS[name], 'right')]);
  return Object.fromEntries(cells) as Record<keyof typeof COLUMNS, string>;
}
