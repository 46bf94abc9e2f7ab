import { useEffect, useState } from 'react';
import { broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { counted } from '../format/numbers.js';
import css from './parameters.module.css';

interface Loaded {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly channels?: readonly string[];
  readonly problem?: string;
}

/** The parameters of the acquisition as they were posted, fetched when somebody opens them. */
export function Parameters({ id }: { readonly id: string | undefined }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      className={css.parameters}
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
    >
      <summary>Parameters</summary>
      {isOpen && <Posted key={id} />}
    </details>
  );
}

function Posted() {
  const [{ parameters, channels, problem }, setLoaded] = useState<Loaded>({});
  useEffect(() => {
    const controller = new AbortController();
    void load(controller.signal).then((loaded) => {
      if (!controller.signal.aborted) setLoaded(loaded);
    });
    return () => controller.abort();
  }, []);
  if (problem) return <p>{problem}</p>;
  const { channels: _, ...rest } = parameters ?? {};
  return (
    <dl className={css.list}>
      {Object.entries(rest).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
      {channels && (
        <div>
          <dt>{counted(channels.length, 'channel')}</dt>
          <dd>
            {/* Focus for those who scroll by keys. */}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <ul className={css.channels} tabIndex={0} aria-label="Channels">
              {channels.slice(0, SHOWN).map((name) => (
                <li key={name}>{name}</li>
              ))}
              {channels.length > SHOWN && <li>and {channels.length - SHOWN} more</li>}
            </ul>
          </dd>
        </div>
      )}
    </dl>
  );
}

const SHOWN = 500;

async function load(signal: AbortSignal): Promise<Loaded> {
  try {
    const { data, error } = await broker.GET('/acquisition', { signal });
    if (!data) return { problem: messageOf(error) };
    const { parameters, channel_names: channels } = data.acquisition;
    return { parameters, channels };
  } catch {
    return { problem: 'The broker can’t be reached: close and open this once it is back.' };
  }
}
