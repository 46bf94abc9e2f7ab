import type { RequestHead, RequestRecord } from '../api/broker.js';
import { useTimeText } from '../api/clock.js';
import { isHealing, isOpen } from '../format/states.js';
import { age, clock } from '../format/times.js';
import css from './note.module.css';

type Failure = NonNullable<RequestHead['failure']>;

const HINTS: Readonly<Record<string, string>> = {
  request: 'The request itself can’t be carried out as it stands: correct it, and submit it anew.',
  source: 'Look at the data source, then acquire it again while the data is in the buffer still.',
  folder: 'Look at the folder: mount, space, permissions. Then acquire it again.',
  writer: 'Another writer may do better: look at this one, then acquire it again.',
};

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
      {isOpen(head) && <p>It is being tried again.</p>}
      {!willHeal && <p>{hintOf(failure)}</p>}
      {report?.error_file !== undefined && !willHeal && (
        <p className={css.small}>
          The request was left in <code>{report.error_file}</code>
        </p>
      )}
      {head.no_error_file !== undefined && (
        <p className={css.small}>No error file could be left: {head.no_error_file}</p>
      )}
    </section>
  );
}

function NextAttempt({ head }: { readonly head: RequestHead }) {
  const next = head.next_attempt!;
  const text = useTimeText((now) => (next > now ? `in ${age(next - now)}` : 'now'));
  return (
    <p>
      Tried again by itself {text} at the latest ({clock(next)}); there is nothing to do. It failed{' '}
      {head.failures ?? 1} {(head.failures ?? 1) === 1 ? 'time' : 'times'}
      {typeof head.first_failed === 'number' && <>, first at {clock(head.first_failed)}</>}.
    </p>
  );
}

function hintOf({ faults = [] }: Failure): string {
  const [fault] = faults;
  return (fault && HINTS[fault]) ?? 'Put the cause right, then acquire it again.';
}
