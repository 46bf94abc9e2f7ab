import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ChannelItem } from './channel-item.js';
import type { ChannelRow } from './channel-rows.js';
import type { Pulses } from './coverage.js';
import { useCoverage } from './use-coverage.js';
import css from './channel-list.module.css';

/** Of a row, and of what may be below its strip: pulse ids, and a note of one line. In px. */
const HEIGHTS = { row: 44, ends: 19, note: 19 };

/** Channels in the panel's own scrolling; only those that are seen are in the page. */
export function ChannelList({
  rows,
  pulses,
  file,
  isSaved,
}: {
  readonly rows: readonly ChannelRow[];
  readonly pulses: Pulses | undefined;
  /** Undefined where there is none to look into. */
  readonly file: string | undefined;
  /** Whether what was received came into a file. */
  readonly isSaved: boolean;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [place, setPlace] = useState<{ readonly scroller: Element; readonly top: number }>();
  useEffect(() => {
    const scroller = scrollerOf(list.current!);
    const measure = () => {
      const top =
        list.current!.getBoundingClientRect().top -
        scroller.getBoundingClientRect().top +
        scroller.scrollTop;
      setPlace((before) => (before?.top === top ? before : { scroller, top }));
    };
    measure();
    // What stands above may be folded or grow.
    const observer = new ResizeObserver(measure);
    for (const child of list.current!.closest('article')?.children ?? []) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  // Nothing here is memoized by a compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place?.scroller ?? null,
    estimateSize: (index) => heightOf(rows[index]!),
    getItemKey: (index) => rows[index]!.name,
    scrollMargin: place?.top ?? 0,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = (items.at(-1)?.index ?? -1) + 1;
  const seen = useMemo(() => rows.slice(from, to).map(({ name }) => name), [rows, from, to]);
  const { bins, problem } = useCoverage(file, pulses, seen);
  return (
    <>
      {problem !== undefined && <p className={css.problem}>Gaps can’t be shown: {problem}</p>}
      <ul ref={list} className={css.list} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start }) => (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - (place?.top ?? 0)}px)` }}
          >
            <ChannelItem
              row={rows[index]!}
              pulses={pulses}
              bins={bins.get(rows[index]!.name)}
              problem={problem}
              file={file}
              isSaved={isSaved}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function heightOf({ first, notes }: ChannelRow): number {
  return HEIGHTS.row + (first === undefined ? 0 : HEIGHTS.ends) + notes.length * HEIGHTS.note;
}

function scrollerOf(element: Element): Element {
  for (let each = element.parentElement; each; each = each.parentElement) {
    if (/auto|scroll/u.test(getComputedStyle(each).overflowY)) return each;
  }
  return document.documentElement;
}
