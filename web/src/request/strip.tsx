import { counted, grouped } from '../format/numbers.js';
import type { ChannelRow } from './channel-rows.js';
import { type Part, type Pulses, partsOf } from './coverage.js';
import type { Bins } from './use-coverage.js';
import css from './strip.module.css';

const WORDS = { there: 'rows', partly: 'some rows missing', gap: 'no rows' } as const;

/** Where a channel has rows in the asked range: dark where it has them, empty where there is a gap. */
export function Strip({
  row,
  pulses,
  bins,
}: {
  readonly row: ChannelRow;
  readonly pulses: Pulses;
  /** Undefined while it is not known: then what the report says is drawn, first to last row. */
  readonly bins: Bins | undefined;
}) {
  const parts = bins?.length
    ? partsOf(bins, row.expected ?? row.rows, pulses)
    : fromReport(row, pulses);
  const range = pulses.last - pulses.first + 1;
  const isKnown = bins !== undefined && bins.length > 0;
  return (
    <>
      <span className="visually-hidden">{summaryOf(parts, isKnown)}</span>
      <svg
        className={css.strip}
        viewBox={`0 0 ${range} 1`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {parts.map((part) => (
          <rect
            key={part.first}
            className={isKnown ? css[part.state] : css[`${part.state}Guessed`]}
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

/** The extent of the rows: gaps between the first and the last one are not known. */
function fromReport({ rows, first, last }: ChannelRow, pulses: Pulses): Part[] {
  const gap = (from: number, to: number): Part[] =>
    from > to ? [] : [{ first: from, last: to, state: 'gap', rows: 0 }];
  if (rows === 0 || first === undefined || last === undefined)
    return gap(pulses.first, pulses.last);
  const from = Math.max(first, pulses.first);
  const to = Math.min(last, pulses.last);
  if (from > to) return gap(pulses.first, pulses.last);
  return [
    ...gap(pulses.first, from - 1),
    { first: from, last: to, state: 'there', rows },
    ...gap(to + 1, pulses.last),
  ];
}

function titleOf({ first, last, state, rows }: Part): string {
  const count = state === 'partly' ? `, ${counted(rows, 'row')}` : '';
  return `${WORDS[state]}: pulses ${grouped(first)} to ${grouped(last)}${count}`;
}

function summaryOf(parts: readonly Part[], isKnown: boolean): string {
  const gaps = parts.filter(({ state }) => state === 'gap');
  if (!isKnown) return 'from the first row to the last';
  if (gaps.length === 0) return 'rows over the whole range';
  return `${counted(gaps.length, 'gap')}; ${gaps.slice(0, 3).map(titleOf).join('; ')}`;
}
