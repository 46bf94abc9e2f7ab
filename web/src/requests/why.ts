import type { RequestHead } from '../api/broker.js';
import { folderOf } from '../format/files.js';
import { hasProblems, isHealing, isIncomplete, isOpen } from '../format/states.js';
import { age } from '../format/times.js';

/** The second line of a request: why it is as it is. */
export interface Why {
  readonly text: string;
  readonly tone: 'attention' | 'failed' | 'quiet';
}

const WAITS: Readonly<Record<string, string>> = {
  silent_writer: 'waiting: a connected writer that never said hello may have it',
  growing_wait: 'waiting longer after each failed attempt to send it',
  free_slot: 'waiting for a free writer',
  another_writer: 'waiting for another writer: the one that tried it may be at fault',
  source_down: 'waiting for its data source, which is down',
  folder_down: 'waiting for its folder, which can’t be written to',
};

/** @param now seconds since the epoch, by the broker's clock */
export function whyOf(head: RequestHead, now: number): Why {
  const { failure, next_attempt } = head;
  if (isHealing(head)) {
    const due =
      next_attempt! > now ? `retry within ${age(next_attempt! - now)}` : 'retry any moment';
    return { text: `${causeOf(head) ?? 'failed'}; ${due}`, tone: 'attention' };
  }
  if (head.state === 'failed') {
    const noFile = head.no_error_file
      ? ` No error file could be written: ${head.no_error_file}`
      : '';
    return {
      text: `${causeOf(head) ?? 'failed for an unknown reason'}${noFile}`,
      tone: 'failed',
    };
  }
  if (head.stalled_at) {
    return { text: `no progress at ${head.stalled_at.join(', ')}`, tone: 'attention' };
  }
  if (isOpen(head)) {
    const waits = head.waits_for && (WAITS[head.waits_for] ?? `waiting for ${head.waits_for}`);
    const before = failure && `after a failed attempt: ${causeOf(head)}`;
    const text = [waits, before].filter(Boolean).join('; ');
    if (text) return { text, tone: failure ? 'attention' : 'quiet' };
  }
  if (isIncomplete(head) || hasProblems(head))
    return { text: incompleteText(head), tone: 'attention' };
  return { text: folderOf(head.output_file ?? ''), tone: 'quiet' };
}

/** Why it failed, without the hidden name that a file has while it is written: the file is named beside it. */
function causeOf({ failure }: RequestHead): string | undefined {
  return failure?.message.replace(/^(?:[^:]*\/)?\.[^/:]*\.tmp: /, '');
}

/** `missing: A, B and 12 more; failed: C; 3 with problems`. */
export function incompleteText(head: RequestHead): string {
  const named = head.incomplete_channels ?? [];
  const counts = {
    missing: head.channels_missing ?? 0,
    failed: head.channels_failed ?? 0,
    short: head.channels_short ?? 0,
  };
  const lacking = (['missing', 'failed', 'short'] as const)
    .filter((why) => counts[why] > 0)
    .map((why) => {
      const names = named.filter((channel) => channel.why === why).map(({ name }) => name);
      const rest = counts[why] - names.length;
      if (names.length === 0) return `${why}: ${rest}`;
      return `${why}: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    });
  const problems = head.channels_with_problems ?? 0;
  return [...lacking, ...(problems > 0 ? [`${problems} with problems`] : [])].join('; ');
}
