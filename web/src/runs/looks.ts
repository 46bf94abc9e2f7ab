import type { Run, RunFile } from '../api/broker.js';
import { type Look, lookOf } from '../format/states.js';

const THERE: Look = {
  word: 'there',
  sign: 'check',
  tone: 'quiet',
  meaning: 'the file is there; the broker knows no more of it',
};

const NOT_THERE: Look = {
  word: 'not there',
  sign: 'question',
  tone: 'attention',
  meaning: 'nothing has written the file so far',
};

/** How the state of a run's file is shown. */
export function lookOfFile({ state, complete, next_attempt }: RunFile): Look {
  if (state === 'there') return THERE;
  if (state === 'not_there') return NOT_THERE;
  return lookOf({ state, next_attempt, channels_missing: complete === false ? 1 : 0 });
}

/** How a run as a whole is shown. */
export function lookOfRun({ settled, complete }: Pick<Run, 'settled' | 'complete'>): Look {
  if (!settled) return UNDER_WAY;
  if (complete === null) return NOT_KNOWN;
  return complete ? COMPLETE : INCOMPLETE;
}

const UNDER_WAY: Look = {
  word: 'under way',
  sign: 'pen',
  tone: 'busy',
  meaning: 'not all of its files are written yet',
};

const COMPLETE: Look = {
  word: 'complete',
  sign: 'check',
  tone: 'ok',
  meaning: 'all of its files are there, with all channels',
};

const NOT_KNOWN: Look = {
  word: 'there',
  sign: 'check',
  tone: 'quiet',
  meaning: 'all of its files are there; of some of them the broker knows no more',
};

const INCOMPLETE: Look = {
  word: 'incomplete',
  sign: 'half',
  tone: 'attention',
  meaning: 'not all that was asked for is there',
};
