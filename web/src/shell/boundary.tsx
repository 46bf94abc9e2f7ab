import { Component, type ReactNode, useEffect, useState } from 'react';
import { connection } from '../api/connection.js';
import { useStore } from '../api/store.js';
import { Icon } from './icon.js';
import { isUpdated } from './is-updated.js';
import css from './boundary.module.css';

interface Props {
  /** What it is, as in "The panel could not be shown". */
  readonly name: string;
  readonly children: ReactNode;
}

/** Keeps a part of the page that fails from taking the rest with it, and says what can be done. */
export class Boundary extends Component<Props, { readonly error?: Error }> {
  override readonly state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    const { name, children } = this.props;
    return error ? <NotShown name={name} error={error} /> : children;
  }
}

function NotShown({ name, error }: { readonly name: string; readonly error: Error }) {
  const isLost = useStore(connection).state === 'lost';
  const [isNewer, setIsNewer] = useState(false);
  const [isAway, setIsAway] = useState(false);
  useEffect(() => {
    // When it is back it may be another release.
    if (isLost) return undefined;
    const controller = new AbortController();
    isUpdated(controller.signal).then(setIsNewer, () => undefined);
    return () => controller.abort();
  }, [isLost]);
  const reload = async () => {
    try {
      // A page that can't be loaded would leave nothing.
      await isUpdated();
      // The address says what is shown.
      location.reload();
    } catch {
      setIsAway(true);
    }
  };
  return (
    <div className={css.boundary} role="alert">
      <Icon name="warning" size={18} />
      <div>
        <strong>{isNewer ? 'The page was updated.' : `${name} could not be shown.`}</strong>
        <p>
          {isNewer && 'Reload it to go on.'}
          {!isNewer &&
            (isLost || isAway
              ? 'The server can’t be reached. Retry once it is back.'
              : error.message)}
        </p>
        <button type="button" onClick={() => void reload()}>
          {isNewer ? 'Reload' : 'Retry'}
        </button>
      </div>
    </div>
  );
}
