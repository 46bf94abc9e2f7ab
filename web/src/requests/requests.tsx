import { useStore } from '../api/store.js';
import { connection } from '../api/connection.js';
import { useMayAct } from '../api/overview.js';
import { counted, grouped } from '../format/numbers.js';
import { Icon } from '../shell/icon.js';
import { NO_FILTER, hrefOf, useRoute } from '../shell/route.js';
import { Filters } from './filters.js';
import { RequestTable } from './request-table.js';
import { useRequestList } from './use-request-list.js';
import css from './requests.module.css';

/** All requests, the newest first, as they change. */
export function Requests() {
  const route = useRoute();
  const { filter } = route;
  const { list, state } = useRequestList(filter);
  const mayAct = useMayAct();
  const { count, unseen, problem } = state;
  const toTop = () => {
    scrollTo({ top: 0 });
    list.showNew();
  };
  return (
    <section aria-labelledby="requests-title">
      <div className={css.head}>
        <h2 id="requests-title">Requests</h2>
        <span className={css.count} role="status">
          {count !== undefined && counted(count, 'request')}
        </span>
        <a className={css.acquire} href={hrefOf({ view: 'runs', filter })}>
          Runs
        </a>
        {mayAct && (
          <a className={css.acquire} href={hrefOf({ view: 'acquire', filter })}>
            <Icon name="plus" size={14} /> Acquire by hand
          </a>
        )}
        <Filters filter={filter} />
      </div>
      {unseen > 0 && (
        <button type="button" className={css.unseen} onClick={toTop}>
          {grouped(unseen)} new
        </button>
      )}
      <Problem problem={problem} />
      {count === 0 ? <Empty isFiltered={hrefOf({ view: 'list', filter }) !== '#/'} /> : null}
      {count !== undefined && count > 0 && (
        <RequestTable
          list={list}
          state={state}
          filter={filter}
          selected={route.view === 'request' ? route.id : undefined}
        />
      )}
    </section>
  );
}

function Problem({ problem }: { readonly problem: string | undefined }) {
  const { state } = useStore(connection);
  // That the broker is gone is said at the top.
  if (!problem || state === 'lost') return null;
  return <p className={css.problem}>The list can’t be updated: {problem}</p>;
}

function Empty({ isFiltered }: { readonly isFiltered: boolean }) {
  const mayAct = useMayAct();
  if (isFiltered) {
    return (
      <p className={css.empty}>
        No matching requests. <a href={hrefOf({ view: 'list', filter: NO_FILTER })}>Show all</a>
      </p>
    );
  }
  return (
    <p className={css.empty}>
      No acquisition yet: post parameters, as described in <a href="/docs">the API</a>
      {mayAct && (
        <>
          , or <a href={hrefOf({ view: 'acquire', filter: NO_FILTER })}>try one by hand</a>
        </>
      )}
      .
    </p>
  );
}
