import { counted, groups } from './numbers.js';
import { lastOfRange } from './pulse-ids.js';
import css from './digits.module.css';

/** A pulse id in groups of three. The gaps are drawn, so that it is copied without them. */
export function PulseId({ value }: { readonly value: number }) {
  return <Digits groups={groups(String(value))} />;
}

/** `21 767 262 480 → …779`, with the whole range in the tooltip. */
export function PulseRange({ first, last }: { readonly first: number; readonly last: number }) {
  const end = lastOfRange(first, last);
  return (
    <span title={`${first} to ${last}: ${counted(last - first + 1, 'pulse')}`}>
      <PulseId value={first} />
      <span className={css.arrow}> → </span>
      {end.isCut && '…'}
      <Digits groups={end.groups} />
    </span>
  );
}

function Digits({ groups }: { readonly groups: readonly string[] }) {
  return (
    <span className={css.digits}>
      {groups.map((group, index) => (
        // Groups have no identity but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index}>{group}</span>
      ))}
    </span>
  );
}
