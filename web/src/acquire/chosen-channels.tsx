import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Icon } from '../shell/icon.js';
import css from './chosen-channels.module.css';

/** Of a row, in px. */
const HEIGHT = 30;

const NONE: readonly string[] = [];

/** The chosen channels, each of which can be removed. A thousand of them cost no more than ten. */
export function ChosenChannels({
  names,
  wrong = NONE,
  onNames,
}: {
  readonly names: readonly string[];
  /** Those that are refused: the first of them is scrolled to. */
  readonly wrong?: readonly string[];
  readonly onNames: (names: readonly string[]) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  // Nothing here is memoized by a compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: names.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    getItemKey: (index) => names[index]!,
    overscan: 4,
  });
  useEffect(() => {
    const index = names.indexOf(wrong[0] ?? '');
    if (index >= 0) virtual.scrollToIndex(index, { align: 'center' });
    // Once for each refusal, not while the list is edited.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [wrong]);
  return (
    <>
      <div ref={scroller} className={css.chosen}>
        <ul aria-label="Chosen channels" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => (
            <li key={key} style={{ transform: `translateY(${start}px)` }}>
              <span data-wrong={wrong.includes(names[index]!) || undefined}>
                {wrong.includes(names[index]!) && <b title="refused">✕ </b>}
                {names[index]}
              </span>
              <button
                type="button"
                aria-label={`Remove ${names[index]}`}
                onClick={() => onNames(names.filter((_, each) => each !== index))}
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      </div>
      {names.length > 1 && (
        <button type="button" className={css.all} onClick={() => onNames([])}>
          Remove all
        </button>
      )}
    </>
  );
}
