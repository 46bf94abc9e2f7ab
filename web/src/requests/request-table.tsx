import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useMayAct, useOverview } from '../api/overview.js';
import { shortWriter, writerNames } from '../format/writers.js';
import { useMedia } from '../shell/use-media.js';
import type { Filter } from '../shell/route.js';
import type { ListState, RequestList } from './request-list.js';
import { RequestRow } from './request-row.js';
import { usePointed } from './use-pointed.js';
import css from './request-table.module.css';

/** Two lines a row, and three on a phone; all rows are equally high, so that none moves when one is fetched. */
const ROW = 46;
const CARD = 84;
/** What stays on top of the rows when they are scrolled: header and names of the columns. */
const STICKY = 76;

const COLUMNS = [
  ...['State', 'File', 'Pulses', 'Channels', 'Rows', 'MB', 'Took', 'Writer', 'Age'],
  ...['Why', 'Actions'],
];

/** The rows that are in sight, out of however many. */
export function RequestTable({
  list,
  state: { count = 0 },
  filter,
  selected,
}: {
  readonly list: RequestList;
  readonly state: ListState;
  readonly filter: Filter;
  readonly selected: string | undefined;
}) {
  const isPhone = useMedia('(max-width: 47rem)');
  const height = isPhone ? CARD : ROW;
  const body = useRef<HTMLDivElement>(null);
  const top = useTopOf(body);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: 6,
    scrollMargin: top,
    scrollPaddingStart: STICKY,
    scrollPaddingEnd: 8,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);

  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => list.look(first, last), [list, first, last, count]);
  const isAtTop = (virtualizer.scrollOffset ?? 0) + STICKY < top + height / 2;
  const { isPointed, onPointerMove } = usePointed();
  const takesNew = isAtTop && !isPointed;
  useEffect(() => list.atTop(takesNew), [list, takesNew]);

  const { active, setActive, onKeyDown } = useRowKeys(body, count, (index) =>
    virtualizer.scrollToIndex(index),
  );
  const isActiveThere = items.some(({ index }) => list.at(index)?.request_id === active);
  const writers = writerNames(useOverview()?.writers ?? []);
  const mayAct = useMayAct();
  return (
    <div role="table" aria-label="Requests" aria-rowcount={count + 1} className={css.table}>
      <div role="rowgroup" className={css.names}>
        <div role="row" aria-rowindex={1} className={css.grid}>
          {COLUMNS.map((name) => (
            <div role="columnheader" key={name}>
              {name}
            </div>
          ))}
        </div>
      </div>
      {/* Keys come here from the rows' links. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        role="rowgroup"
        ref={body}
        tabIndex={-1}
        className={css.body}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
      >
        {items.map(({ index, start }) => {
          const head = list.at(index);
          const y = start - top;
          if (!head) {
            return (
              <div
                role="row"
                aria-rowindex={index + 2}
                key={`place ${index}`}
                className={css.fetched}
                style={{ height, transform: `translateY(${y}px)` }}
              >
                <div role="cell" />
              </div>
            );
          }
          const id = head.request_id;
          const isActive = isActiveThere ? id === active : index === first;
          return (
            <RequestRow
              key={id}
              head={head}
              index={index}
              y={y}
              height={height}
              filter={filter}
              writer={
                head.writer_id && (writers.get(head.writer_id) ?? shortWriter(head.writer_id))
              }
              isActive={isActive}
              isSelected={id === selected}
              mayAct={mayAct}
              onActive={setActive}
            />
          );
        })}
      </div>
    </div>
  );
}

/** How far below the top of the page an element begins, in pixels, whatever comes and goes above it. */
function useTopOf(element: { readonly current: HTMLElement | null }): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setTop(element.current!.getBoundingClientRect().top + scrollY);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    // What comes between them changes the height of the page only if the list is short.
    for (const above of document.querySelectorAll('main > *, main section, header')) {
      observer.observe(above);
    }
    return () => observer.disconnect();
  }, [element]);
  return Math.round(top);
}

/** Arrow keys go from row to row; Tab leaves the list. */
function useRowKeys(
  body: { readonly current: HTMLElement | null },
  count: number,
  scrollTo: (index: number) => void,
) {
  const [active, setActive] = useState<string>();
  const sought = useRef<number>();
  const place = useRef(0);
  // After each drawing: the row that is gone to may have to be fetched first.
  useEffect(() => {
    if (sought.current === undefined) return;
    const link = body.current?.querySelector<HTMLElement>(`[data-index="${sought.current}"] a`);
    if (link) {
      sought.current = undefined;
      link.focus({ preventScroll: true });
    } else body.current?.focus({ preventScroll: true });
  });
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    if (row) place.current = Number(row.dataset.index);
    const next = nextPlace(event.key, place.current, count);
    if (next === undefined) return;
    event.preventDefault();
    place.current = next;
    sought.current = next;
    scrollTo(next);
    // Where nothing has to be scrolled, nothing would be drawn.
    setActive(undefined);
    const link = body.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`);
    if (link) {
      sought.current = undefined;
      link.focus({ preventScroll: true });
    }
  };
  return { active, setActive, onKeyDown };
}

function nextPlace(key: string, place: number, count: number): number | undefined {
  const page = Math.max(Math.floor((innerHeight - STICKY) / ROW) - 1, 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: place + 1,
    ArrowUp: place - 1,
    PageDown: place + page,
    PageUp: place - page,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : Math.min(Math.max(next, 0), count - 1);
}
