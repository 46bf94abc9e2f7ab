import type { RequestHead } from '../api/broker.js';

export type RequestState = RequestHead['state'];

/** What a state means for whoever looks: done, under way, needs a look, failed, or none of these. */
export type Tone = 'ok' | 'busy' | 'attention' | 'failed' | 'quiet';

/** Drawings of `shell/icon.tsx`. */
export type Sign =
  | 'check'
  | 'half'
  | 'cross'
  | 'again'
  | 'wait'
  | 'right'
  | 'down'
  | 'pen'
  | 'dash'
  | 'question'
  | 'pause';

export interface Look {
  readonly word: string;
  readonly sign: Sign;
  readonly tone: Tone;
  /** What the word means, for the tooltip. */
  readonly meaning: string;
}

const LOOKS: Readonly<Record<RequestState, Look>> = {
  queued: look('queued', 'wait', 'busy', 'waits to be sent to a writer'),
  sent: look('sent', 'right', 'busy', 'sent to a writer that has not named it yet'),
  received: look('received', 'right', 'busy', 'a writer has it, and waits for its time or turn'),
  retrieving: look('retrieving', 'down', 'busy', 'a writer waits for the first byte of the data'),
  writing: look('writing', 'pen', 'busy', 'data is coming in'),
  returned: look('returned', 'wait', 'busy', 'a writer gave it back; it waits to be sent again'),
  written: look('written', 'check', 'ok', 'the file is there, with all channels'),
  failed: look('failed', 'cross', 'failed', 'no file, and it is not tried again by itself'),
  superseded: look('superseded', 'dash', 'quiet', 'the file of a newer request is there'),
  skipped: look('skipped', 'dash', 'quiet', 'no file was wanted'),
  unconfirmed: look(
    'unconfirmed',
    'question',
    'attention',
    'sent to a writer that does not report: whether the file is there is not known',
  ),
  recorded: look('recorded', 'dash', 'quiet', 'recorded only: nothing was to be sent'),
};

const PARTLY = look('written', 'half', 'attention', 'the file is there, but not all of the data');
const PROBLEMS = look(
  'written',
  'half',
  'attention',
  'the file is there, but some of its data has problems',
);
const HEALING = look(
  'retrying',
  'again',
  'attention',
  'failed for a cause that can pass: it is tried again by itself',
);
const CANCELLED = look('cancelled', 'dash', 'quiet', 'cancelled: it is never sent');
const WITHHELD = look(
  'withheld',
  'pause',
  'attention',
  'not sent, as it is not known what became of it',
);

/** What is looked at of a request. */
type Looked = Pick<RequestHead, 'state'> & Partial<RequestHead>;

/** How the state of a request is shown. */
export function lookOf(head: Looked): Look {
  if (isHealing(head)) return HEALING;
  if (head.cancelled) return CANCELLED;
  if (head.state === 'recorded' && head.withheld) return WITHHELD;
  if (head.state === 'written' && isIncomplete(head)) return PARTLY;
  if (head.state === 'written' && hasProblems(head)) return PROBLEMS;
  return LOOKS[head.state];
}

export const OPEN_STATES: readonly RequestState[] = [
  ...(['queued', 'sent', 'received', 'retrieving', 'writing', 'returned'] as const),
];

/** Whether nothing has become of it yet. */
export function isOpen({ state }: RequestHead): boolean {
  return OPEN_STATES.includes(state);
}

/** Whether it failed and is tried again by itself. */
export function isHealing({ state, next_attempt }: Looked): boolean {
  return state === 'failed' && next_attempt !== undefined && next_attempt !== null;
}

/** Whether channels are missing, failed or short, where that is known. */
export function isIncomplete(head: Looked): boolean {
  const { channels_missing = 0, channels_failed = 0, channels_short = 0 } = head;
  return channels_missing + channels_failed + channels_short > 0;
}

/** Whether something is wrong with some of the points in the file. */
export function hasProblems({ channels_with_problems = 0 }: Looked): boolean {
  return channels_with_problems > 0;
}

function look(word: string, sign: Sign, tone: Tone, meaning: string): Look {
  return { word, sign, tone, meaning };
}
