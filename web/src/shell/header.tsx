import type { ReactNode } from 'react';
import { connection } from '../api/connection.js';
import { useOverview } from '../api/overview.js';
import { useStore } from '../api/store.js';
import { counted } from '../format/numbers.js';
import { fileName } from '../format/files.js';
import { isNowSeen } from './now-seen.js';
import { NO_FILTER, hrefOf } from './route.js';
import { ThemeButton } from './theme-button.js';
import css from './header.module.css';

const CONNECTIONS = {
  connecting: { word: 'connecting', tone: 'quiet' },
  live: { word: 'live', tone: 'ok' },
  refused: { word: 'not live', tone: 'attention' },
  lost: { word: 'no connection', tone: 'failed' },
} as const;

/** Where this is, whether it is live, and whether something is wrong. Always in sight. */
export function Header({ children }: { readonly children: ReactNode }) {
  const overview = useOverview();
  const isSeen = useStore(isNowSeen);
  const { word, tone } = CONNECTIONS[useStore(connection).state];
  const { acquisition, host } = overview ?? {};
  const place = [acquisition?.instrument, host].filter(Boolean).join(' · ');
  return (
    <header className={css.header}>
      {children}
      <h1 className={css.title}>
        <a href={hrefOf({ view: 'list', filter: NO_FILTER })}>SF DataBuffer</a>
        {place && (
          <span
            className={css.place}
            title={overview && `Broker ${overview.version} on ${overview.host}`}
          >
            {place}
          </span>
        )}
      </h1>
      {!isSeen && acquisition && (
        <p className={css.now} data-status={acquisition.status}>
          {acquisition.status}
          {acquisition.output_file && <span> {fileName(acquisition.output_file)}</span>}
        </p>
      )}
      <ul className={css.signs}>
        <li data-tone={tone}>
          <span className={css.dot} />
          {word}
        </li>
        {overview && (
          <>
            <li data-tone={overview.writers.length === 0 ? 'attention' : 'plain'}>
              {counted(overview.writers.length + overview.silent_writers, 'writer')}
            </li>
            <li data-tone={overview.queue.healing > 0 ? 'attention' : 'plain'}>
              <a
                href={hrefOf({ view: 'list', filter: { ...NO_FILTER, healing: true } })}
                title="Requests that failed and are tried again by themselves"
              >
                {overview.queue.healing} failing
              </a>
            </li>
          </>
        )}
      </ul>
      <ThemeButton />
    </header>
  );
}
