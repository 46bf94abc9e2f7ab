import type { RequestHead } from '../api/broker.js';
import { folderOf } from '../format/files.js';
import { isHealing, isIncomplete, isOpen } from '../format/states.js';
import { age } from '../format/times.js';

/** The second line of a request: why it is as it is. */
export interface Why {
  readonly text: string;
  readonly tone: 'attention' | 'failed' | 'quiet';
}

const WAITS: Readonly<Record<string, string>> = {
  silent_writer: 'waits, as a connected writer that never said hello may have it',
  growing_wait: 'waits, as it was sent in vain before',
  free_slot: 'waits for a writer with a free place',
  another_writer: 'waits for another writer: the one that tried it may be at fault',
  source_down: 'waits for its data source, which is down',
  folder_down: 'waits for its folder, which can’t be written',
};

/** @param now seconds since the epoch, by the broker's clock */
export function whyOf(head: RequestHead, now: number): Why {
  const { failure, next_attempt } = head;
  if (isHealing(head)) {
    const due =
      next_attempt! > now
        ? `again in ${age(next_attempt! - now)} at the latest`
        : 'again any moment';
    return { text: `${due}: ${failure?.message ?? 'failed'}`, tone: 'attention' };
  }
  if (head.state === 'failed') {
    const noFile = head.no_error_file ? ` No error file could be left: ${head.no_error_file}` : '';
    return {
      text: `${failure?.message ?? 'failed for an unknown reason'}${noFile}`,
      tone: 'failed',
    };
  }
  if (head.stalled_at) {
    return { text: `makes no progress at ${head.stalled_at.join(', ')}`, tone: 'attention' };
  }
  if (isOpen(head)) {
    const waits = head.waits_for && (WAITS[head.waits_for] ?? `waits for ${head.waits_for}`);
    const before = failure && `after a try that failed: ${failure.message}`;
    const text = [waits, before].filter(Boolean).join('; ');
    if (text) return { text, tone: failure ? 'attention' : 'quiet' };
  }
  if (isIncomplete(head)) return { text: incompleteText(head), tone: 'attention' };
  return { text: folderOf(head.output_file ?? ''), tone: 'quiet' };
}

/** `missing: A, B and 12 more; failed: C`. */
export function incompleteText(head: RequestHead): string {
  const named = head.incomplete_channels ?? [];
  const counts = {
    missing: head.channels_missing ?? 0,
    failed: head.channels_failed ?? 0,
    short: head.channels_short ?? 0,
  };
  return (['missing', 'failed', 'short'] as const)
    .filter((why) => counts[why] > 0)
    .map((why) => {
      const names = named.filter((channel) => channel.why === why).map(({ name }) => name);
      const rest = counts[why] - names.length;
      if (names.length === 0) return `${why}: ${rest}`;
      return `${why}: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    })
    .join('; ');
}
