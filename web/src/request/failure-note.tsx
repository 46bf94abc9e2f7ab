import type { RequestHead, RequestRecord } from '../api/broker.js';
import { useTimeText } from '../api/clock.js';
import { isHealing, isOpen } from '../format/states.js';
import { age, clock } from '../format/times.js';
import css from './note.module.css';

type Failure = NonNullable<RequestHead['failure']>;

const HINTS: Readonly<Record<string, string>> = {
  request: 'The request can’t be carried out as it stands: correct it and submit it again.',
  source: 'Check the data source, then acquire it again while the data is still in the buffer.',
  folder: 'Check the folder: mount, space, permissions. Then acquire it again.',
  writer: 'Check the writer’s log, then acquire it again.',
};

/** Whom to look at first, of those whose fault it may be. */
const FIRST = ['source', 'folder', 'writer', 'request'] as const;

/** Why a request failed, at whom, and what happens next. */
export function FailureNote({
  head,
  report,
}: {
  readonly head: RequestHead;
  readonly report: RequestRecord['report'];
}) {
  const failure = head.failure!;
  const willHeal = isHealing(head) || isOpen(head);
  return (
    <section className={willHeal ? css.attention : css.failed} aria-label="Why it failed">
      <p>
        <strong>{failure.message}</strong>
      </p>
      <p className={css.small}>
        <code>{failure.code}</code>
        {failure.place !== undefined && <> at {failure.place}</>}
      </p>
      {isHealing(head) && <NextAttempt head={head} />}
      {isOpen(head) && <p>It is being retried.</p>}
      {!willHeal && <p>{hintOf(failure)}</p>}
      {report?.error_file !== undefined && !willHeal && (
        <p className={css.small}>
          The request was saved in <code>{report.error_file}</code>
        </p>
      )}
      {head.no_error_file !== undefined && (
        <p className={css.small}>No error file could be written: {head.no_error_file}</p>
      )}
    </section>
  );
}

function NextAttempt({ head }: { readonly head: RequestHead }) {
  const next = head.next_attempt!;
  const text = useTimeText((now) => (next > now ? `in ${age(next - now)}` : 'now'));
  return (
    <p>
      Retried automatically {text} at the latest ({clock(next)}); there is nothing to do. It failed{' '}
      {head.failures ?? 1} {(head.failures ?? 1) === 1 ? 'time' : 'times'}
      {typeof head.first_failed === 'number' && <>, first at {clock(head.first_failed)}</>}.
    </p>
  );
}

function hintOf({ faults = [] }: Failure): string {
  // Only where nothing else can be to blame is it the request; else what somebody can check comes first.
  const fault = FIRST.find((each) => faults.includes(each));
  return (fault && HINTS[fault]) ?? 'Fix the cause, then acquire it again.';
}
