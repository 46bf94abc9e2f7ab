import { connection } from '../api/connection.js';
import { useStore } from '../api/store.js';
import { clock, moment } from '../format/times.js';
import { Icon } from './icon.js';
import css from './connection-banner.module.css';

/** Says that the broker is gone, for as long as it is. */
export function ConnectionBanner() {
  const { state, since, problem } = useStore(connection);
  return (
    <div role="status" className={css.banner}>
      {state === 'lost' && (
        <p className={css.lost}>
          <Icon name="warning" size={20} />
          <span>
            <strong>
              No connection to the broker since <time title={moment(since!)}>{clock(since!)}</time>.
            </strong>{' '}
            {problem ? `It says: ${problem} ` : ''}Showing the last known state; reconnecting…
          </span>
        </p>
      )}
      {state === 'refused' && (
        <p className={css.refused}>
          <Icon name="warning" size={20} />
          <span>
            <strong>The list is not live:</strong> the broker takes no more readers of events. Close
            the page where nobody looks at it.
          </span>
        </p>
      )}
    </div>
  );
}
