import { counted, grouped } from '../format/numbers.js';
import type { ChannelRow } from './channel-rows.js';
import { type Part, type Pulses, partsOf } from './coverage.js';
import type { Bins } from './use-coverage.js';
import css from './strip.module.css';

const WORDS = { there: 'rows', partly: 'some rows missing', gap: 'no rows' } as const;

/** Where a channel has rows in the asked range; hatched while that is not known. */
export function Strip({
  row,
  pulses,
  bins,
  problem,
}: {
  readonly row: ChannelRow;
  readonly pulses: Pulses;
  /** Undefined while it is not known. */
  readonly bins: Bins | undefined;
  /** Why it can't be known. */
  readonly problem: string | undefined;
}) {
  const unknown = unknownOf(row, bins, problem);
  if (unknown !== undefined) {
    return (
      <div className={css.unknown} title={unknown}>
        <span className="visually-hidden">{unknown}</span>
      </div>
    );
  }
  const parts = partsOf(bins ?? [], row.expected ?? row.rows, pulses);
  const range = pulses.last - pulses.first + 1;
  return (
    <>
      <span className="visually-hidden">{summaryOf(row, parts)}</span>
      <svg
        className={css.strip}
        viewBox={`0 0 ${range} 1`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {parts.map((part) => (
          <rect
            key={part.first}
            className={css[part.state]}
            x={part.first - pulses.first}
            width={part.last - part.first + 1}
            height={1}
          >
            <title>{titleOf(part)}</title>
          </rect>
        ))}
      </svg>
    </>
  );
}

/** What the looks of a strip mean. */
export function StripLegend() {
  return (
    <ul className={css.legend} aria-label="Strips">
      {(['there', 'partly', 'gap', 'unknown'] as const).map((state) => (
        <li key={state}>
          <span className={css.key} data-state={state} /> {LEGEND[state]}
        </li>
      ))}
    </ul>
  );
}

const LEGEND = { ...WORDS, unknown: 'not known' } as const;

function unknownOf(
  { rows, followsPulses }: ChannelRow,
  bins: Bins | undefined,
  problem: string | undefined,
): string | undefined {
  if (rows > 0 && !followsPulses) return 'It does not follow pulses: its rows have no pulse ids.';
  // Nothing has to be asked where the report says that there is nothing.
  if (rows === 0 || (bins && bins.length > 0)) return undefined;
  if (bins) return 'Not loaded: the file has no such channel.';
  return problem === undefined ? 'Not loaded yet.' : `Not loaded: ${problem}`;
}

/** Parts are bounded by the strip’s own steps, not by rows: pulse ids are approximate. */
function titleOf({ first, last, state, rows }: Part): string {
  const count = state === 'partly' ? `, ${counted(rows, 'row')}` : '';
  const pulses =
    first === last ? `pulse ${grouped(first)}` : `pulses ${grouped(first)} to ${grouped(last)}`;
  return `${WORDS[state]}: about ${pulses}${count}`;
}

function summaryOf({ rows, expected }: ChannelRow, parts: readonly Part[]): string {
  const gaps = parts.filter(({ state }) => state === 'gap');
  const count =
    expected === undefined || expected === rows
      ? counted(rows, 'row')
      : `${grouped(rows)} of ${grouped(expected)} rows`;
  if (rows === 0 || gaps.length === 0) return count;
  return `${count}; ${counted(gaps.length, 'gap')}; ${gaps.slice(0, 3).map(titleOf).join('; ')}`;
}
