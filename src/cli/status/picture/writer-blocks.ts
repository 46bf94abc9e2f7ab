import { basename } from 'node:path/posix';
import type { Overview, WriterOverview } from '../../../broker/overview/replies.js';
import type { RequestHead } from '../../../report/request-record.js';
import { fitName, padded } from './cells.js';
import { type Line, type Part, type Tone, as, spaced } from './line.js';
import { counted, grouped, rate } from './numbers.js';
import { amountOf, reasonOf, stateOf } from './state-words.js';
import { age } from './times.js';

/** Each writer with what it is doing; the first line of a block says how it is. */
export function writerBlocks(overview: Overview, width: number): Line[][] {
  const { writers, silent_writers: silent, time } = overview;
  const blocks = writers.map((writer) => blockOf(writer, time, width));
  if (silent > 0) {
    blocks.push([
      [as('attention', `${counted(silent, 'writer')} connected that never said hello`)],
    ]);
  }
  if (blocks.length > 0) return blocks;
  return [[[as('quiet', 'None is connected: start one with sf-databuffer writer <address>.')]]];
}

function blockOf(writer: WriterOverview, now: number, width: number): Line[] {
  const { host, version, jobs, unable, requests_under_way: held, requests_lost: lost = 0 } = writer;
  const { requests_written: written, requests_failed: failed, bytes_per_second: bytes } = writer;
  const head = spaced(
    padded(fitName(host, 16), 16),
    conditionOf(writer, now),
    rate(bytes),
    `${grouped(written)} written`,
    failed > 0 ? as('attention', `${grouped(failed)} failed`) : undefined,
    as('quiet', version),
  );
  const more = held - jobs.length;
  return [
    head,
    ...(lost > 0 ? [[as('attention', resent(lost))]] : []),
    ...(unable ? [[as('attention', `  ${unable}`)]] : []),
    ...jobs.map((job) => jobLine(job, now, width)),
    ...(more > 0 ? [[as('quiet', `  and ${grouped(more)} more`)]] : []),
    ...lastError(writer, now),
  ];
}

function conditionOf(writer: WriterOverview, now: number): Part {
  const shown = (tone: Tone, word: string) => as(tone, padded(word, 13));
  if (writer.silent) return shown('attention', `silent ${age(now - writer.last_seen)}`);
  if (writer.quarantined) return shown('attention', 'gets nothing');
  const { requests_under_way: held, concurrency } = writer;
  if (held === 0) return shown('ok', `ready, ${counted(concurrency, 'job')}`);
  return shown('busy', `busy ${grouped(held)} of ${grouped(concurrency)}`);
}

function jobLine(job: RequestHead, now: number, width: number): Line {
  const { word, tone } = stateOf(job);
  const room = Math.max(Math.floor(width / 3), 10);
  const name = fitName(basename(job.output_file ?? job.request_id), room);
  const why = reasonOf(job, now);
  return [
    '  ',
    as(tone, padded(word, 10)),
    ' ',
    padded(name, room),
    '  ',
    ...spaced(amountOf(job), why),
  ];
}

function resent(lost: number): string {
  return lost === 1
    ? '  its request is sent again'
    : `  its ${grouped(lost)} requests are sent again`;
}

/** What went well since makes it old news. */
function lastError({ last_error: error, last_file: file }: WriterOverview, now: number): Line[] {
  if (!error || (file && file.time > error.time)) return [];
  return [[as('failed', `  ${age(now - error.time)} ago: `), error.message]];
}
