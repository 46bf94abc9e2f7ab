import type { RequestHead } from '../api/broker.js';
import css from './note.module.css';

const WAITS: Readonly<Record<string, string>> = {
  silent_writer:
    'A writer that does not report may have it. It is sent again when that writer is gone, or after a longer wait.',
  growing_wait: 'Earlier attempts got no answer, so the wait before the next one is longer.',
  free_slot: 'All writers are busy. It is sent as soon as one is free.',
  another_writer: 'One writer failed. It is waiting for another one.',
  source_down: 'Its data source is down. It is sent as soon as the source is back.',
  folder_down: 'Its folder can’t be written to. It is sent as soon as that is fixed.',
};

/** Why an open request does not move on. */
export function WaitNote({ head }: { readonly head: RequestHead }) {
  const { waits_for: reason, stalled_at: stalled = [] } = head;
  if (reason === undefined && stalled.length === 0) return null;
  return (
    <section className={css.attention} aria-label="What it is waiting for">
      {reason !== undefined && (
        <p>{WAITS[reason] ?? `Waiting for: ${reason.replaceAll('_', ' ')}.`}</p>
      )}
      {stalled.length > 0 && <p>No progress for a long time at {stalled.join(', ')}.</p>}
    </section>
  );
}
