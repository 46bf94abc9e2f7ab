import { useState } from 'react';
import type { Run } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { counted } from '../format/numbers.js';
import { Icon } from '../shell/icon.js';
import { hrefOf, useRoute } from '../shell/route.js';
import { Acquisition } from './acquisition.js';
import { lookOfRun } from './looks.js';
import { RunActions } from './run-actions.js';
import { NotYet } from './runs-panel.js';
import { useRun } from './use-run.js';
import summary from '../shell/panel-summary.module.css';
import css from './run-panel.module.css';

/** Acquisitions that are drawn at first: a scan may have thousands. */
const SHOWN = 50;

/** A run: what was acquired, whether all of it is there, and what can be done about what is not. */
export function RunPanel({
  pgroup,
  run,
  beamline,
}: {
  readonly pgroup: string;
  readonly run: number;
  /** Where several have a pgroup of this name. */
  readonly beamline?: string;
}) {
  const { value, error, again } = useRun(pgroup, run, beamline);
  if (!value) return <NotYet error={error} onAgain={again} />;
  return (
    <article className={css.run}>
      <Summary run={value.run} />
      {error !== undefined && (
        <p className={css.problem} role="alert">
          It can’t be updated: {messageOf(error)}
        </p>
      )}
      <RunActions checked={value} onCheck={again} />
      <Unreadable run={value.run} />
      <Acquisitions run={value.run} />
    </article>
  );
}

function Summary({ run }: { readonly run: Run }) {
  const { filter } = useRoute();
  const { word, sign, tone, meaning } = lookOfRun(run);
  const { pgroup, beamline, run_number: number, tag, closed, acquisitions, path } = run;
  return (
    <header>
      <p className={summary.state} data-tone={tone} title={meaning}>
        <Icon name={sign} size={18} /> {word}
      </p>
      <p className={summary.name}>
        <strong>
          Run {number}
          {tag !== null && ` ${tag}`}
        </strong>
        <span>{path}</span>
      </p>
      <dl className={summary.facts}>
        <div>
          <dt>Pgroup</dt>
          <dd>
            <a href={hrefOf({ view: 'runs', pgroup, beamline, filter })}>{pgroup}</a>
            {closed && ' (closed)'}
          </dd>
        </div>
        <div>
          <dt>Beamline</dt>
          <dd>{beamline}</dd>
        </div>
        <div>
          <dt>Acquisitions</dt>
          <dd>{acquisitions}</dd>
        </div>
      </dl>
    </header>
  );
}

/** Metadata of which nobody knows what it asked for. */
function Unreadable({ run: { unreadable } }: { readonly run: Run }) {
  if (unreadable.length === 0) return null;
  return (
    <ul className={css.unreadable} aria-label="Metadata that can’t be read">
      {unreadable.map(({ file, problem }) => (
        <li key={file}>
          {file}: {problem}
        </li>
      ))}
    </ul>
  );
}

function Acquisitions({ run: { acquisitions_list: all } }: { readonly run: Run }) {
  const [isAll, setIsAll] = useState(false);
  const newest = all.toReversed();
  return (
    <>
      {(isAll ? newest : newest.slice(0, SHOWN)).map((each) => (
        <Acquisition key={each.acquisition_number} acquisition={each} />
      ))}
      {!isAll && all.length > SHOWN && (
        <button type="button" onClick={() => setIsAll(true)}>
          Show all {counted(all.length, 'acquisition')}
        </button>
      )}
    </>
  );
}
