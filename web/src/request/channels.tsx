import { useMemo, useState } from 'react';
import type { RequestHead, RequestRecord } from '../api/broker.js';
import { grouped } from '../format/numbers.js';
import { isHealing, isOpen } from '../format/states.js';
import { ChannelList } from './channel-list.js';
import { type Fate, type ChannelRow, channelRowsOf, searchRows } from './channel-rows.js';
import { StripLegend } from './strip.js';
import css from './channels.module.css';

const WORDS: Readonly<Record<Fate, string>> = {
  missing: 'missing',
  failed: 'failed',
  short: 'short',
  gaps: 'with gaps',
  problems: 'with problems',
  written: 'complete',
};

/** The report of a request, a channel a row, those that want a look first. */
export function Channels({
  head,
  report,
  isFileThere,
}: {
  readonly head: RequestHead;
  readonly report: RequestRecord['report'];
  readonly isFileThere: boolean;
}) {
  const [search, setSearch] = useState('');
  const [fate, setFate] = useState<Fate>();
  const rows = useMemo(() => channelRowsOf(report?.channels ?? []), [report]);
  const shown = useMemo(
    () => searchRows(fate ? rows.filter((row) => row.fate === fate) : rows, search),
    [rows, fate, search],
  );
  if (rows.length === 0) return <NoChannels head={head} />;
  const { start_pulse_id: first, stop_pulse_id: last } = head;
  const isSaved = head.state === 'written';
  return (
    <section aria-labelledby="channels">
      <div className={css.bar}>
        <h3 id="channels">Channels</h3>
        <Fates rows={rows} fate={fate} isSaved={isSaved} onFate={setFate} />
        <input
          type="search"
          aria-label="Search channels"
          placeholder="Search channels"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      <output className={css.count}>
        {shown.length === rows.length ? '' : `${grouped(shown.length)} of ${grouped(rows.length)}`}
      </output>
      {!isSaved && <p className={css.none}>No file was written. This is what had been received.</p>}
      {isFileThere && <StripLegend />}
      {shown.length === 0 ? (
        <p className={css.none}>No channel name matches.</p>
      ) : (
        <ChannelList
          rows={shown}
          pulses={first === undefined || last === undefined ? undefined : { first, last }}
          file={isFileThere ? head.output_file : undefined}
          isSaved={isSaved}
        />
      )}
    </section>
  );
}

/** How many channels there are of each fate; one is chosen to see these alone. */
function Fates({
  rows,
  fate,
  isSaved,
  onFate,
}: {
  readonly rows: readonly ChannelRow[];
  readonly fate: Fate | undefined;
  readonly isSaved: boolean;
  readonly onFate: (fate: Fate | undefined) => void;
}) {
  const counts = new Map<Fate, number>();
  for (const row of rows) counts.set(row.fate, (counts.get(row.fate) ?? 0) + 1);
  return (
    <div className={css.fates}>
      {[...counts].map(([each, count]) => (
        <button
          key={each}
          type="button"
          data-fate={each}
          aria-pressed={fate === each}
          onClick={() => onFate(fate === each ? undefined : each)}
        >
          {grouped(count)} {each === 'written' && !isSaved ? 'received' : WORDS[each]}
        </button>
      ))}
    </div>
  );
}

function NoChannels({ head }: { readonly head: RequestHead }) {
  const { channels_asked: asked } = head;
  if (asked === undefined) return null;
  const isDone = !isOpen(head) && !isHealing(head);
  return (
    <p className={css.none}>
      {grouped(asked)} {asked === 1 ? 'channel was' : 'channels were'} requested
      {isDone
        ? '; there is no per-channel report.'
        : '. Results per channel appear once the file is written.'}
    </p>
  );
}
