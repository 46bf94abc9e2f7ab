import type { RequestHead } from '../../report/request-record.js';
import type { SettledState } from '../../report/request-state.js';
import { type Line, as, spaced } from './picture/line.js';
import { duration } from './picture/times.js';
import { amountOf, reasonOf, stateOf } from './picture/state-words.js';

/** Whether what was asked for is there; a request for `/dev/null` asks for nothing. */
export function isThere({ state }: RequestHead): boolean {
  return state === 'written' || state === 'skipped';
}

const MEANINGS: Partial<Record<SettledState, string>> = {
  superseded: 'the file of a newer request is there',
  skipped: 'no file was wanted',
  unconfirmed: "its writer does not report: see 'sf-databuffer audit status' for the file",
  recorded: 'it was recorded, and is not sent (--audit_trail_only)',
};
const CANCELLED = 'it is never sent';
const WITHHELD = 'not sent, as it is not known what became of it: see --recover_all';

/** What became of a request, for people: a line, and one that says why. */
export function outcomeLines(head: RequestHead): Line[] {
  const { output_file = '(no output file)', request_id, seconds, cancelled, withheld } = head;
  const { word, tone } = stateOf(head);
  const took = seconds === undefined ? undefined : duration(seconds);
  const facts = [amountOf(head), took].filter(Boolean).join(', ');
  const meaning = cancelled
    ? CANCELLED
    : withheld
      ? WITHHELD
      : MEANINGS[head.state as SettledState];
  const why = reasonOf(head, head.time) ?? meaning;
  return [
    spaced(as(tone, word), output_file, facts || request_id),
    ...(why === undefined ? [] : [['  ', why]]),
  ];
}
