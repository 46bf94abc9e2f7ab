import type { RequestHead } from '../api/broker.js';
import css from './note.module.css';

const WAITS: Readonly<Record<string, string>> = {
  silent_writer:
    'A writer that never said hello may have it. It is sent again when that writer is gone, or after a longer wait.',
  growing_wait: 'It was sent in vain before, so the next sending waits longer.',
  free_slot: 'All writers are busy. It is sent as soon as one is free.',
  another_writer: 'One writer failed at it. It waits for another one.',
  source_down: 'Its data source is down. It is sent as soon as that is back.',
  folder_down: 'Its folder can’t be written to. It is sent as soon as that is put right.',
};

/** Why an open request does not move on. */
export function WaitNote({ head }: { readonly head: RequestHead }) {
  const { waits_for: reason, stalled_at: stalled = [] } = head;
  if (reason === undefined && stalled.length === 0) return null;
  return (
    <section className={css.attention} aria-label="What it waits for">
      {reason !== undefined && (
        <p>{WAITS[reason] ?? `It waits: ${reason.replaceAll('_', ' ')}.`}</p>
      )}
      {stalled.length > 0 && <p>It made no progress for long at {stalled.join(', ')}.</p>}
    </section>
  );
}
