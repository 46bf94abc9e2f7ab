import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { broker } from '../api/broker.js';
import { live } from '../api/live.js';
import { messageOf } from '../api/message-of.js';
import { type Filter, hrefOf } from '../shell/route.js';
import { type FetchPage, type ListState, RequestList } from './request-list.js';

/** The requests of a filter. While a new filter's are fetched, those of the one before are still there. */
export function useRequestList(filter: Filter): { list: RequestList; state: ListState } {
  const address = hrefOf({ view: 'list', filter });
  // The address says all of a filter, which is a new object for each address.
  // oxlint-disable-next-line react/exhaustive-deps
  const asked = useMemo(() => new RequestList(filter, pagesOf(filter)), [address]);
  const shown = useRef(asked);
  useEffect(() => {
    let isOpen = true;
    void live.started.then(() => {
      if (isOpen) asked.open();
    });
    const end = live.subscribe((batch) => asked.apply(batch));
    return () => {
      isOpen = false;
      end();
      asked.close();
    };
  }, [asked]);
  const state = useSyncExternalStore(asked.subscribe, () => asked.state);
  if (state.count !== undefined || state.problem !== undefined) shown.current = asked;
  return { list: shown.current, state: shown.current.state };
}

function pagesOf({ state, ...filter }: Filter): FetchPage {
  const query = {
    ...filter,
    state: state.length > 0 ? state.join(',') : undefined,
    search: filter.search || undefined,
  };
  return async (asked, signal) => {
    const isFirst = asked.from === undefined;
    const { data, error } = await broker.GET('/requests', {
      params: { query: { ...query, ...asked, ...(isFirst && { total: true }) } },
      signal,
    });
    if (!data) throw new Error(messageOf(error));
    return data;
  };
}
