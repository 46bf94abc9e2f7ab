import { connection } from '../api/connection.js';
import { Store, useStore } from '../api/store.js';
import { Icon } from './icon.js';
import css from './notices.module.css';

interface Notice {
  readonly key: number;
  readonly text: string;
  readonly isError: boolean;
  /** The broker could not be reached at the time. */
  readonly isOfLoss: boolean;
}

const SHOWN_MS = 6000;

const notices = new Store<readonly Notice[]>([]);
let lastKey = 0;

/** Tells what came of an action. Errors stay until somebody closes them. */
export function tell(text: string, { isError = false } = {}): void {
  const key = ++lastKey;
  const isOfLoss = connection.value.state === 'lost';
  notices.set([
    ...notices.value.filter((notice) => notice.text !== text),
    { key, text, isError, isOfLoss },
  ]);
  if (!isError) setTimeout(() => dismiss(key), SHOWN_MS);
}

// What failed while the broker was away is old news once it is back.
connection.subscribe(() => {
  if (connection.value.state === 'live') {
    notices.set(notices.value.filter(({ isOfLoss }) => !isOfLoss));
  }
});

function dismiss(key: number): void {
  notices.set(notices.value.filter((notice) => notice.key !== key));
}

/** What came of the last actions, at the bottom of the page. */
export function Notices() {
  const shown = useStore(notices);
  return (
    <div className={css.notices} role="status">
      {shown.map(({ key, text, isError }) => (
        <p key={key} data-error={isError}>
          <Icon name={isError ? 'warning' : 'check'} />
          <span>{text}</span>
          <button type="button" onClick={() => dismiss(key)} aria-label="Close">
            <Icon name="close" size={14} />
          </button>
        </p>
      ))}
    </div>
  );
}
