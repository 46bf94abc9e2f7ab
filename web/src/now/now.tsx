import { useEffect, useRef } from 'react';
import { type Overview, type RequestHead } from '../api/broker.js';
import { useTimeText } from '../api/clock.js';
import { useOverview } from '../api/overview.js';
import { PulseId } from '../format/digits.js';
import { Clipped } from '../format/clipped.js';
import { fileName, folderOf, listedName } from '../format/files.js';
import { counted, grouped } from '../format/numbers.js';
import { isOpen, lookOf } from '../format/states.js';
import { age, moment, when } from '../format/times.js';
import { Icon } from '../shell/icon.js';
import { isNowSeen } from '../shell/now-seen.js';
import { hrefOf, useRoute } from '../shell/route.js';
import { useLastFiles } from './last-files.js';
import { Parameters } from './parameters.js';
import { ThroughputBars } from './throughput-bars.js';
import css from './now.module.css';

/** Pulses a second of the machine, by which those of an acquisition are estimated while it goes on. */
const PULSES_PER_SECOND = 100;

type Acquisition = Overview['acquisition'];

/** The line that is read from across the room: whether the beamline records, and into which file. */
export function Now() {
  const overview = useOverview();
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => isNowSeen.set(entry!.isIntersecting), {
      rootMargin: '-48px 0px 0px',
    });
    observer.observe(section.current!);
    return () => observer.disconnect();
  }, []);
  const acquisition = overview?.acquisition;
  return (
    <section className={css.now} aria-label="Now" ref={section} data-status={acquisition?.status}>
      <div className={css.words}>
        <p className={css.line}>
          <strong className={css.status}>{acquisition?.status ?? 'Connecting …'}</strong>
          {acquisition?.output_file && (
            <span className={css.file} title={acquisition.output_file}>
              {fileName(acquisition.output_file)}
            </span>
          )}
        </p>
        {acquisition && <Details acquisition={acquisition} />}
        <LastFiles />
        {acquisition && acquisition.status !== 'stopped' && <Parameters id={acquisition.id} />}
      </div>
      {overview && <ThroughputBars throughput={overview.throughput} />}
    </section>
  );
}

function Details({ acquisition }: { readonly acquisition: Acquisition }) {
  const { status, channels, instrument, user, output_file: file } = acquisition;
  if (status === 'stopped') {
    return (
      <p className={css.details}>
        <span>Not recording. An acquisition begins when its parameters are posted.</span>
      </p>
    );
  }
  return (
    <p className={css.details}>
      {status === 'receiving' ? (
        <Receiving acquisition={acquisition} />
      ) : (
        <span>
          waiting for its first pulse since <Since time={acquisition.configured_at} />
        </span>
      )}
      {channels !== undefined && <span>{counted(channels, 'channel')}</span>}
      {instrument && <span>{instrument}</span>}
      {user && <span>{user}</span>}
      {file && <span className={css.folder}>{folderOf(file)}</span>}
    </p>
  );
}

function Receiving({ acquisition }: { readonly acquisition: Acquisition }) {
  const { started_at: start = 0, start_pulse_id: first } = acquisition;
  const pulses = useTimeText((now) => grouped(Math.max(now - start, 0) * PULSES_PER_SECOND));
  return (
    <>
      <span>
        since <Since time={start} />
      </span>
      {first !== undefined && (
        <span>
          from pulse <PulseId value={first} />
        </span>
      )}
      <span
        title={`An estimate: the seconds since the start, at ${PULSES_PER_SECOND} pulses a second`}
      >
        ≈ {pulses} pulses
      </span>
    </>
  );
}

function Since({ time }: { readonly time: number | undefined }) {
  const text = useTimeText((now) =>
    time === undefined ? '' : `${when(time, now)} (${age(now - time)})`,
  );
  return time === undefined ? null : <time title={moment(time)}>{text}</time>;
}

/** Whether the last files arrived whole. */
function LastFiles() {
  const heads = useLastFiles();
  const { filter } = useRoute();
  if (heads.length === 0) return null;
  return (
    <p className={css.last}>
      <span className={css.label}>Last</span>
      {heads.map((head) => (
        <a key={head.request_id} href={hrefOf({ view: 'request', id: head.request_id, filter })}>
          <LastFile head={head} />
        </a>
      ))}
    </p>
  );
}

function LastFile({ head }: { readonly head: RequestHead }) {
  const { word, sign, tone } = lookOf(head);
  const ago = useTimeText((now) => age(now - head.time));
  const { channels_asked: asked, channels_written: written } = head;
  return (
    <>
      <span className={css.state} data-tone={tone}>
        <Icon name={sign} />
        {word}
      </span>{' '}
      <span className={css.name} title={head.output_file}>
        <Clipped text={listedName(head.output_file ?? head.request_id)} />
      </span>{' '}
      {!isOpen(head) && (
        <span className={css.ago}>
          {asked !== undefined &&
            written !== undefined &&
            `${written} of ${counted(asked, 'channel')}, `}
          {ago} ago
        </span>
      )}
    </>
  );
}
