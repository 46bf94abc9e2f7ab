import type { Overview } from '../../../broker/overview/replies.js';
import { cellsOf, fitName } from './cells.js';
import { type Line, as, spaced, wrapped } from './line.js';
import { counted, grouped, rate } from './numbers.js';
import { age, clock, when } from './times.js';

/** Who it is, and when this was. */
export function headLine(overview: Overview, width: number): Line {
  const { host, version, started, time } = overview;
  const left = `SF DataBuffer  ${host}  ${version}`;
  const right = `up ${age(time - started)}  ${clock(time)}`;
  const gap = Math.max(width - cellsOf(left) - cellsOf(right), 2);
  return [as('strong', 'SF DataBuffer'), as('quiet', left.slice(13)), ' '.repeat(gap), right];
}

/** Whether it is recording, and into which file. */
export function acquisitionLines({ acquisition, time, ...rest }: Overview, width: number): Line[] {
  const { status, output_file: file, channels, instrument, user } = acquisition;
  const word = as(status === 'receiving' ? 'ok' : 'strong', status.toUpperCase());
  const only = rest.audit_trail_only ? as('attention', 'records only, sends nothing') : undefined;
  if (status === 'stopped') {
    return [
      spaced(word, only),
      [as('quiet', 'An acquisition begins when its parameters are posted.')],
    ];
  }
  const facts = [
    ...(status === 'receiving'
      ? receiving(acquisition, time)
      : [`since ${since(acquisition.configured_at, time)}`]),
    channels === undefined ? '' : counted(channels, 'channel'),
    instrument ?? '',
    user ?? '',
  ];
  const room = width - status.length - 2;
  return [spaced(word, fitName(file ?? '', room), only), [facts.filter(Boolean).join(', ')]];
}

function receiving(acquisition: Overview['acquisition'], now: number): string[] {
  const { start_pulse_id: first, started_at: start, earlier_starts: earlier = [] } = acquisition;
  return [
    `since ${since(start, now)}`,
    `from pulse ${first}`,
    earlier.length > 0 ? `started anew ${counted(earlier.length, 'time')}` : '',
  ];
}

function since(time: number | undefined, now: number): string {
  return time === undefined ? 'now' : `${when(time, now)} (${age(now - time)})`;
}

/** What is wrong and what to do about it, a block of lines each. */
export function problemBlocks({ health }: Overview, width: number): Line[][] {
  return health.map(({ check, status, message }) => {
    const tone = status === 'down' ? 'failed' : 'attention';
    const mark = status === 'down' ? '!! ' : '!  ';
    return wrapped([as(tone, mark)], ['   '], `${check}: ${message}`, width);
  });
}

/** What waits, and what is under way. */
export function queueLine({ queue }: Overview): Line {
  const { waiting, under_way, healing, oldest_age: oldest } = queue;
  return [
    as('strong', 'Queue  '),
    `${grouped(waiting)} waiting, ${grouped(under_way)} under way, `,
    as(healing > 0 ? 'attention' : undefined, `${grouped(healing)} healing`),
    oldest > 0 ? `, the oldest for ${age(oldest)}` : '',
  ];
}

const BARS = '▁▂▃▄▅▆▇█';
const WIDEST = 30;

/** The data of the last minutes. */
export function throughputLine({ throughput }: Overview, width: number): Line {
  const { seconds, bytes, files, failed } = throughput;
  // The last step is not over yet.
  const present = (bytes.at(-2) ?? 0) / seconds;
  const minutes = Math.round((bytes.length * seconds) / 60);
  const lost = sum(failed);
  const words = `  ${rate(present)} now, ${counted(sum(files), 'file')} and `;
  const end = `${grouped(lost)} failed in ${minutes} min`;
  const room = Math.min(width - cellsOf(`Data   ${words}${end}`), WIDEST);
  return [
    as('strong', 'Data   '),
    as('busy', barsOf(bytes, Math.max(room, 0))),
    words,
    as(lost > 0 ? 'failed' : undefined, end),
  ];
}

/** Steps drawn as bars of eight heights, several in one where there is less room. */
function barsOf(values: readonly number[], room: number): string {
  if (room < 5) return '';
  const each = Math.ceil(values.length / room);
  const sums = Array.from({ length: Math.ceil(values.length / each) }, (_, index) => {
    const end = values.length - index * each;
    return sum(values.slice(Math.max(end - each, 0), end));
  }).reverse();
  const most = Math.max(...sums, 1);
  return sums
    .map((value) => (value === 0 ? ' ' : BARS[Math.ceil((value / most) * BARS.length) - 1]))
    .join('');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
