import { useState } from 'react';
import type { Runs } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { counted } from '../format/numbers.js';
import { hrefOf, useRoute } from '../shell/route.js';
import { PgroupField } from './pgroup-field.js';
import { RequestTime } from './request-time.js';
import { useRuns } from './use-runs.js';
import css from './runs-panel.module.css';

/** Runs that are asked for at once. */
const PAGE = 100;

/** Runs of a pgroup, the newest first; without one, the pgroups that this broker has served. */
export function RunsPanel({
  pgroup,
  beamline,
}: {
  readonly pgroup?: string;
  /** Where several have a pgroup of this name. */
  readonly beamline?: string;
}) {
  return (
    <article className={css.panel} key={pgroup}>
      <PgroupField pgroup={pgroup} />
      {pgroup === undefined ? <Pgroups /> : <RunsOf pgroup={pgroup} beamline={beamline} />}
    </article>
  );
}

function Pgroups() {
  const { filter } = useRoute();
  const { value, error, again } = useRuns(undefined, undefined, 1);
  if (!value) return <NotYet error={error} onAgain={again} />;
  const pgroups = value.pgroups ?? [];
  if (pgroups.length === 0) {
    return (
      <p className={css.empty}>
        No run yet: clients make them by <code>POST /retrieve_from_buffers</code>, as described in{' '}
        <a href="/docs">the API</a>. Runs of a pgroup that are on disk show by its name.
      </p>
    );
  }
  return (
    <section aria-labelledby="pgroups">
      <h3 id="pgroups">Recently acquired</h3>
      <ul className={css.list}>
        {pgroups.map(({ pgroup, beamline, request_time: time }) => (
          <li key={`${beamline}/${pgroup}`}>
            <a href={hrefOf({ view: 'runs', pgroup, beamline, filter })}>{pgroup}</a>
            <span className={css.note}>{beamline}</span>
            <span className={css.time}>{time !== null && <RequestTime time={time} />}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function RunsOf({ pgroup, beamline }: { readonly pgroup: string; readonly beamline?: string }) {
  const { filter } = useRoute();
  const [limit, setLimit] = useState(PAGE);
  const { value, error, again } = useRuns(pgroup, beamline, limit);
  const [shown, setShown] = useState<Runs>();
  // While more are asked for, those that are known stay.
  if (value && value !== shown) setShown(value);
  const present = value ?? shown;
  if (!present) return <NotYet error={error} onAgain={again} />;
  return (
    <section aria-labelledby="runs">
      <div className={css.head}>
        <h3 id="runs">Runs of {pgroup}</h3>
        <a href={hrefOf({ view: 'runs', filter })}>All pgroups</a>
      </div>
      {error !== undefined && <p role="alert">The list can’t be updated: {messageOf(error)}</p>}
      {present.runs.length === 0 && <p className={css.empty}>No run yet.</p>}
      <ul className={css.list}>
        {present.runs.map(
          ({ run_number: run, beamline: at, tag, acquisitions, request_time: time, path }) => (
            <li key={path}>
              <a href={hrefOf({ view: 'run', pgroup, run, beamline: at, filter })} title={path}>
                Run {run}
                {tag !== null && <span className={css.tag}> {tag}</span>}
              </a>
              <span className={css.note}>{counted(acquisitions, 'acquisition')}</span>
              <span className={css.time}>{time !== null && <RequestTime time={time} />}</span>
            </li>
          ),
        )}
      </ul>
      {present.next !== null && (
        <button type="button" onClick={() => setLimit(limit + PAGE)}>
          Show older
        </button>
      )}
    </section>
  );
}

/** Before the first answer: that it comes, or why it does not. */
export function NotYet({
  error,
  onAgain,
}: {
  readonly error: unknown;
  readonly onAgain: () => void;
}) {
  if (error === undefined) return <p className={css.empty}>Loading …</p>;
  return (
    <div role="alert">
      <p>{messageOf(error)}</p>
      <button type="button" onClick={onAgain}>
        Retry
      </button>
    </div>
  );
}
