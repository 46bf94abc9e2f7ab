import type { ReactNode } from 'react';
import { connection } from '../api/connection.js';
import { useOverview } from '../api/overview.js';
import { useStore } from '../api/store.js';
import { counted, grouped } from '../format/numbers.js';
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
  const silent = overview?.writers.filter((writer) => writer.silent).length ?? 0;
  const present = overview ? overview.writers.length - silent + overview.silent_writers : 0;
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
            <li data-tone={present === 0 || silent > 0 ? 'attention' : 'plain'}>
              {counted(present, 'writer')}
              {silent > 0 && `, ${grouped(silent)} silent`}
            </li>
            <li data-tone={overview.queue.healing > 0 ? 'attention' : 'plain'}>
              <a
                href={hrefOf({ view: 'list', filter: { ...NO_FILTER, healing: true } })}
                title="Requests that failed and are retried automatically"
              >
                {overview.queue.healing} retrying
              </a>
            </li>
          </>
        )}
      </ul>
      <ThemeButton />
    </header>
  );
}
