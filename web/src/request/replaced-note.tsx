import { messageOf } from '../api/message-of.js';
import { useTimeText } from '../api/clock.js';
import { when } from '../format/times.js';
import { hrefOf, useRoute } from '../shell/route.js';
import type { Replaced } from './use-replaced.js';
import css from './note.module.css';

/** That the file has the data of a later request. */
export function ReplacedNote({ replaced: { by, error } }: { readonly replaced: Replaced }) {
  const { filter } = useRoute();
  const time = useTimeText((now) => (by ? when(by.time, now) : ''));
  if (error !== undefined) {
    return <p className={css.small}>Not known whether the file was replaced: {messageOf(error)}</p>;
  }
  if (!by) return null;
  return (
    <section className={css.attention} aria-label="Replaced">
      <p>
        <strong>Replaced by a later request</strong>,{' '}
        <a href={hrefOf({ view: 'request', id: by.request_id, filter })} title={by.request_id}>
          {by.request_id.slice(0, 8)}
        </a>
        , at {time}. The file has its data now.
      </p>
    </section>
  );
}
