import { useCallback, useEffect, useRef, useState } from 'react';
import { type RequestHead, type RequestRecord, broker } from '../api/broker.js';
import { live } from '../api/live.js';
import { messageOf } from '../api/message-of.js';
import { type Loaded, useLoaded } from '../api/use-loaded.js';

/** A request that is looked at. */
export interface Followed extends Pick<Loaded<RequestRecord>, 'error' | 'again'> {
  /** With history and report, as of its last change of state. */
  readonly record?: RequestRecord;
  /** As it is now. */
  readonly head?: RequestHead;
}

/** A request, kept up to date: events say how far it is; its report is fetched when its state changes. */
export function useRequest(id: string): Followed {
  const {
    value: record,
    error,
    again,
  } = useLoaded(useCallback((signal: AbortSignal) => requestOf(id, signal), [id]));
  const [said, setSaid] = useState<RequestHead>();
  const known = useRef<RequestHead>();
  useEffect(() => {
    known.current = record;
  }, [record]);
  useEffect(
    () =>
      live.subscribe(({ heads, isGap }) => {
        const head = heads.get(id);
        const isChanged = head !== undefined && !isSameState(head, known.current);
        if (head) {
          known.current = head;
          setSaid(head);
        }
        if (isChanged || isGap) again();
      }),
    [id, again],
  );
  const head = said && record && said.time >= record.time ? said : record;
  return { record, head: head?.request_id === id ? head : record, error, again };
}

/** @throws Error with the broker's sentence, where it does not know the request */
async function requestOf(id: string, signal: AbortSignal): Promise<RequestRecord> {
  // What happens from here on is heard of.
  await live.started;
  const { data, error } = await broker.GET('/requests/{request_id}', {
    params: { path: { request_id: id } },
    signal,
  });
  if (!data) throw new Error(messageOf(error));
  return data.request;
}

function isSameState(head: RequestHead, before: RequestHead | undefined): boolean {
  return (
    before !== undefined &&
    head.state === before.state &&
    head.time === before.time &&
    head.attempt === before.attempt &&
    head.next_attempt === before.next_attempt
  );
}
