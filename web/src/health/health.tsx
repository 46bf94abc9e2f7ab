import type { Overview } from '../api/broker.js';
import { useOverview } from '../api/overview.js';
import { Icon } from '../shell/icon.js';
import { NO_FILTER, hrefOf } from '../shell/route.js';
import { remedyFor } from './remedies.js';
import css from './health.module.css';

/** What is wrong, with what to do about it; nothing where all is well. */
export function Health() {
  const overview = useOverview();
  if (!overview) return null;
  const { health, audit_trail_only: recordsOnly } = overview;
  if (health.length === 0 && !recordsOnly) return null;
  const worstFirst = [...health].sort(
    (a, b) => Number(b.status === 'down') - Number(a.status === 'down'),
  );
  return (
    <section className={css.health} aria-label="Health" data-wide>
      <h2>Problems</h2>
      <ul>
        {worstFirst.map((problem) => (
          <Problem key={problem.check} problem={problem} />
        ))}
        {recordsOnly && (
          <li className={css.problem} data-status="degraded">
            <Icon name="pause" size={18} />
            <div>
              <strong>Records only</strong>
              <p>
                The broker was started with --audit_trail_only: requests are recorded but not sent.
              </p>
            </div>
          </li>
        )}
      </ul>
    </section>
  );
}

function Problem({ problem }: { readonly problem: Overview['health'][number] }) {
  const { check, status, message } = problem;
  const { title, remedy, list } = remedyFor(check);
  return (
    <li className={css.problem} data-status={status}>
      <Icon name={status === 'down' ? 'cross' : 'warning'} size={18} />
      <div>
        <strong>
          {title}
          {status === 'down' && ': down'}
        </strong>
        <p>{sentence(message)}</p>
        {remedy && <p className={css.remedy}>{remedy}</p>}
        {list && (
          <p>
            <a href={hrefOf({ view: 'list', filter: { ...NO_FILTER, ...list } })}>Show them</a>
          </p>
        )}
      </div>
    </li>
  );
}

/** Messages are written to stand behind a name. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
