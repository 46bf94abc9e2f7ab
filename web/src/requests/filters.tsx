import { useEffect, useRef } from 'react';
import { OPEN_STATES } from '../format/states.js';
import { type Filter, NO_FILTER, hrefOf, navigate, useRoute } from '../shell/route.js';
import css from './filters.module.css';

/** The usual questions to the list. Any other filter can be put into the address. */
const CHOICES: readonly { readonly name: string; readonly filter: Partial<Filter> }[] = [
  { name: 'All', filter: {} },
  { name: 'Under way', filter: { state: OPEN_STATES } },
  { name: 'Written', filter: { state: ['written'] } },
  { name: 'Incomplete', filter: { incomplete: true } },
  { name: 'Failed', filter: { state: ['failed'] } },
  { name: 'Retrying', filter: { healing: true } },
];

/** Which requests the list shows. The filter is in the address: a link to it shows the same to others. */
export function Filters({ filter }: { readonly filter: Filter }) {
  const route = useRoute();
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyped(event.target)) return;
      event.preventDefault();
      search.current?.focus();
      search.current?.select();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const { search: text, lane } = filter;
  const with_ = (changes: Partial<Filter>) => ({ ...route, filter: { ...filter, ...changes } });
  return (
    <search className={css.filters}>
      <ul className={css.choices} aria-label="Which requests">
        {CHOICES.map(({ name, filter: choice }) => {
          const chosen = { ...NO_FILTER, ...choice, search: text, ...(lane && { lane }) };
          const isChosen =
            hrefOf({ view: 'list', filter: chosen }) === hrefOf({ view: 'list', filter });
          return (
            <li key={name}>
              <a
                href={hrefOf({ ...route, filter: chosen })}
                aria-current={isChosen ? 'true' : undefined}
              >
                {name}
              </a>
            </li>
          );
        })}
      </ul>
      <label className={css.lane}>
        <span className="visually-hidden">Lane</span>
        <select
          title="Live: from the running acquisition, written first. Background: repeats, and past pulses."
          value={lane ?? ''}
          onChange={({ target }) =>
            navigate(with_({ lane: (target.value || undefined) as Filter['lane'] }), {
              replace: true,
            })
          }
        >
          <option value="">All lanes</option>
          <option value="live">Live</option>
          <option value="background">Background</option>
        </select>
      </label>
      <label className={css.search}>
        <span className="visually-hidden">Search by file or id</span>
        <input
          ref={search}
          type="search"
          value={text}
          placeholder="Search file or id   /"
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => navigate(with_({ search: target.value }), { replace: true })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || text === '') return;
            event.preventDefault();
            navigate(with_({ search: '' }), { replace: true });
          }}
        />
      </label>
    </search>
  );
}

/** Whether a key goes into a field. */
function isTyped(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}
