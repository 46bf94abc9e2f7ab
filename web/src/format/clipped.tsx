import css from './clipped.module.css';

/** So much of a long text is always there at its end: names of files differ there. */
const END = 18;

/** A name in one line: what has no room is left out in its middle. */
export function Clipped({ text, end = END }: { readonly text: string; readonly end?: number }) {
  // Of short ones nothing is cut; in one piece they are easier to copy and to find.
  if (text.length <= end * 2) return <>{text}</>;
  return (
    <span className={css.clipped} title={text}>
      <span>{text.slice(0, -end)}</span>
      <span>{text.slice(-end)}</span>
    </span>
  );
}
