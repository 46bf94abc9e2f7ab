import { memo } from 'react';
import { channelPath, csvAddress } from '../files/channel-path.js';
import { PulseId } from '../format/digits.js';
import { grouped } from '../format/numbers.js';
import { Icon } from '../shell/icon.js';
import { hrefOf, useRoute } from '../shell/route.js';
import type { ChannelRow, Fate } from './channel-rows.js';
import type { Pulses } from './coverage.js';
import { Strip } from './strip.js';
import type { Bins } from './use-coverage.js';
import css from './channel-item.module.css';

const SIGNS = {
  missing: 'cross',
  failed: 'cross',
  short: 'half',
  gaps: 'half',
  problems: 'warning',
  written: 'check',
} as const satisfies Record<Fate, string>;

/** A channel: how many rows of those expected, where they lie, what is wrong. */
export const ChannelItem = memo(function ChannelItem({
  row,
  pulses,
  bins,
  problem,
  file,
  isSaved,
}: {
  readonly row: ChannelRow;
  readonly pulses: Pulses | undefined;
  readonly bins: Bins | undefined;
  /** Why its bins can't be known. */
  readonly problem: string | undefined;
  /** Undefined where there is none to look into. */
  readonly file: string | undefined;
  /** Whether what was received came into a file. */
  readonly isSaved: boolean;
}) {
  const { name, fate, rows, first, last, notes } = row;
  const isOnlyReceived = fate === 'written' && !isSaved;
  return (
    <div className={css.item}>
      <p className={css.top}>
        <span className={css.sign} data-fate={isOnlyReceived ? undefined : fate}>
          <Icon name={isOnlyReceived ? 'down' : SIGNS[fate]} size={13} />
          <span className="visually-hidden">{isOnlyReceived ? 'received' : fate}</span>
        </span>
        <span className={css.name}>
          {file !== undefined && rows > 0 ? <PlotLink file={file} name={name} /> : name}
        </span>
        <Rows row={row} />
        {file !== undefined && rows > 0 && !name.endsWith(':FPICTURE') && (
          <a
            className={css.csv}
            href={csvAddress(file, name)}
            download
            aria-label={`${name} as CSV`}
          >
            CSV
          </a>
        )}
      </p>
      {pulses && file !== undefined && (
        <Strip row={row} pulses={pulses} bins={bins} problem={problem} />
      )}
      {first !== undefined && last !== undefined && (
        <p className={css.ends}>
          <span title="first row">
            <PulseId value={first} />
          </span>
          <span title="last row">
            <PulseId value={last} />
          </span>
        </p>
      )}
      {notes.map((note) => (
        <p key={note} className={css.note} data-fate={fate}>
          {note}
        </p>
      ))}
    </div>
  );
});

function Rows({ row: { fate, rows, expected } }: { readonly row: ChannelRow }) {
  if (fate === 'missing')
    return (
      <span className={css.rows} title="not in the data buffer’s reply">
        missing
      </span>
    );
  if (expected === undefined || expected === rows) {
    return (
      <span className={css.rows}>
        {grouped(rows)} {rows === 1 ? 'row' : 'rows'}
      </span>
    );
  }
  return (
    <span className={css.rows} title={`${grouped(expected - rows)} missing`}>
      {grouped(rows)} of {grouped(expected)} rows
    </span>
  );
}

function PlotLink({ file, name }: { readonly file: string; readonly name: string }) {
  const { filter } = useRoute();
  return (
    <a href={hrefOf({ view: 'file', file, path: channelPath(name), filter })} title="See its plot">
      {name}
    </a>
  );
}
