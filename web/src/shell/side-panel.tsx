import { type ReactNode, useEffect, useRef } from 'react';
import { type Filter, hrefOf, navigate } from './route.js';
import { Icon } from './icon.js';
import css from './side-panel.module.css';

/** A panel over the right of the page, the whole of it on a phone. Esc closes it, and focus goes back. */
export function SidePanel({
  title,
  filter,
  isWide = false,
  children,
}: {
  readonly title: string;
  /** The list to which it closes. */
  readonly filter: Filter;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      // Unless it was taken elsewhere meanwhile, as into the search.
      const isLost = document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  useEffect(() => {
    const onKey = ({ key, defaultPrevented }: KeyboardEvent) => {
      if (key === 'Escape' && !defaultPrevented) navigate({ view: 'list', filter });
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [filter]);
  return (
    <aside className={isWide ? css.wide : css.panel} aria-labelledby="panel-title">
      <header className={css.head}>
        <h2 id="panel-title" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <a className={css.close} href={hrefOf({ view: 'list', filter })} aria-label="Close">
          <Icon name="close" />
        </a>
      </header>
      <div className={css.body}>{children}</div>
    </aside>
  );
}
