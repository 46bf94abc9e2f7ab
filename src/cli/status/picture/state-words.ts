import { isIncomplete } from '../../../report/count-channels.js';
import type { RequestHead } from '../../../report/request-record.js';
import { isSettled } from '../../../report/request-state.js';
import type { Tone } from './line.js';
import { counted, grouped, megabytes } from './numbers.js';
import { when } from './times.js';

/** The state of a request in one word, and what it means. */
export function stateOf(head: RequestHead): { readonly word: string; readonly tone: Tone } {
  const { state } = head;
  if (isHealing(head)) return { word: 'healing', tone: 'attention' };
  if (head.cancelled) return { word: 'cancelled', tone: 'quiet' };
  if (state === 'recorded' && head.withheld) return { word: 'withheld', tone: 'attention' };
  if (state === 'written') return { word: state, tone: isIncomplete(head) ? 'attention' : 'ok' };
  if (state === 'failed') return { word: state, tone: 'failed' };
  if (state === 'unconfirmed') return { word: state, tone: 'attention' };
  return { word: state, tone: isSettled(state) ? 'quiet' : 'busy' };
}

/** Whether it failed and is tried again by itself. */
export function isHealing({ state, next_attempt: next }: RequestHead): boolean {
  return state === 'failed' && next !== undefined;
}

/** Bytes of its file, or of the data that came where no file is known; none where it failed. */
export function sizeOf({ state, file_bytes: size, bytes }: RequestHead): number | undefined {
  return size ?? (state === 'failed' ? undefined : bytes);
}

/** What came so far, or in the end: `98 of 100 channels, 49 000 rows, 12 MB`. */
export function amountOf(head: RequestHead): string {
  const { channels_asked: asked, channels_written: written, rows = 0 } = head;
  const bytes = sizeOf(head) ?? 0;
  const channels =
    asked === undefined || written === undefined
      ? []
      : [`${written === asked ? '' : `${grouped(written)} of `}${counted(asked, 'channel')}`];
  const isThere = rows > 0 || bytes > 0 || head.state === 'written';
  const data = isThere ? [counted(rows, 'row'), megabytes(bytes)] : [];
  return [...channels, ...data].join(', ');
}

/** Why there is no file, or not all of it; undefined where all is well. @param now seconds since the epoch */
export function reasonOf(head: RequestHead, now: number): string | undefined {
  const { failure, next_attempt: next, incomplete_channels: incomplete = [] } = head;
  if (head.state === 'failed') {
    const why = failure ? `${failure.message} [${failure.code}]` : 'unknown reason';
    return next === undefined ? why : `tried again at ${when(next, now)} at the latest: ${why}`;
  }
  if (head.state === 'written' && isIncomplete(head)) {
    const { channels_missing = 0, channels_failed = 0, channels_short = 0 } = head;
    const all = channels_missing + channels_failed + channels_short;
    const names = incomplete.map(({ name, why }) => `${name} ${why}`);
    if (all > names.length) names.push(`${grouped(all - names.length)} more`);
    return `incomplete: ${names.join(', ')}`;
  }
  if (head.waits_for !== undefined) return WAITS[head.waits_for];
  // Of a try before, of which there is a further one.
  return failure && !isSettled(head.state) ? `after: ${failure.message}` : undefined;
}

const WAITS: Readonly<Record<NonNullable<RequestHead['waits_for']>, string>> = {
  silent_writer: 'a writer that never said hello may have it',
  growing_wait: 'was sent in vain, and waits longer each time',
  free_slot: 'waits for a writer with a free slot',
  another_writer: 'waits for another writer to try it',
  source_down: 'waits for its data source to be back',
  folder_down: 'waits for its folder to be back',
};
