import { memo } from 'react';
import type { RequestHead } from '../api/broker.js';
import { now, useTimeText } from '../api/clock.js';
import { PulseRange } from '../format/digits.js';
import { Clipped } from '../format/clipped.js';
import { listedName } from '../format/files.js';
import { grouped, megabytes } from '../format/numbers.js';
import { rowsAtMost } from '../format/progress.js';
import { sizeOf } from '../format/sizes.js';
import { hasProblems, isIncomplete, isOpen, lookOf } from '../format/states.js';
import { age, duration, moment } from '../format/times.js';
import { Icon } from '../shell/icon.js';
import { type Filter, hrefOf } from '../shell/route.js';
import { RowActions } from './row-actions.js';
import { whyOf } from './why.js';
import rowActions from '../shell/row-actions.module.css';
import css from './request-table.module.css';

/** A request as a row; a click anywhere on it opens its panel. */
export const RequestRow = memo(function RequestRow({
  head,
  index,
  y,
  height,
  filter,
  writer,
  isActive,
  isSelected,
  mayAct,
  onActive,
}: {
  readonly head: RequestHead;
  readonly index: number;
  /** Below the top of the list, in pixels. */
  readonly y: number;
  readonly height: number;
  readonly filter: Filter;
  readonly writer: string | undefined;
  /** Whether Tab comes to it. */
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly mayAct: boolean;
  readonly onActive: (id: string) => void;
}) {
  const { request_id: id, output_file: file, start_pulse_id: start, stop_pulse_id: stop } = head;
  const look = lookOf(head);
  const size = sizeOf(head);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-tone={look.tone}
      data-selected={isSelected}
      className={`${css.grid} ${css.row}`}
      style={{ height, transform: `translateY(${y}px)` }}
      onFocus={() => onActive(id)}
    >
      <div role="cell" className={css.state} title={look.meaning}>
        <Icon name={look.sign} />
        {look.word}
        <Progress head={head} />
      </div>
      <div role="cell" className={css.file}>
        <a
          href={hrefOf({ view: 'request', id, filter })}
          tabIndex={isActive ? 0 : -1}
          aria-current={isSelected ? 'true' : undefined}
          title={file ?? id}
        >
          <Clipped text={file ? listedName(file) : id} />
        </a>
      </div>
      <div role="cell" className={css.pulses}>
        {start !== undefined && stop !== undefined && <PulseRange first={start} last={stop} />}
      </div>
      <div
        role="cell"
        className={css.channels}
        data-incomplete={isIncomplete(head) || hasProblems(head)}
      >
        <Channels head={head} />
      </div>
      <div role="cell" className={css.rows}>
        <Rows head={head} />
      </div>
      <div role="cell" className={css.size}>
        {size === undefined ? '' : megabytes(size)}
      </div>
      <div role="cell" className={css.took}>
        <Took head={head} />
      </div>
      <div role="cell" className={css.writer} title={head.writer_id}>
        {writer && <Clipped text={writer} end={6} />}
      </div>
      <div role="cell" className={css.age}>
        <Age time={head.accepted} />
      </div>
      <div role="cell" className={css.why}>
        <Reason head={head} />
      </div>
      <div role="cell" className={`${css.actions} ${rowActions.actions}`}>
        <RowActions head={head} filter={filter} mayAct={mayAct} isActive={isActive} />
      </div>
    </div>
  );
});

function Channels({ head }: { readonly head: RequestHead }) {
  const { channels_asked: asked, channels_written: written } = head;
  if (asked === undefined) return null;
  if (written === undefined) return <>{grouped(asked)}</>;
  return (
    <>
      {grouped(written)} <span className={css.of}>of {grouped(asked)}</span>
    </>
  );
}

function Rows({ head }: { readonly head: RequestHead }) {
  const { rows } = head;
  const most = isOpen(head) ? rowsAtMost(head) : undefined;
  if (rows === undefined) return null;
  if (most === undefined) return <>{grouped(rows)}</>;
  return (
    <span title={`${grouped(rows)} so far, at most ${grouped(most)}: one per pulse and channel`}>
      {grouped(rows)}
    </span>
  );
}

function Progress({ head }: { readonly head: RequestHead }) {
  const most = isOpen(head) ? rowsAtMost(head) : undefined;
  if (most === undefined || !head.rows) return null;
  return (
    <progress className={css.progress} max={most} value={head.rows} aria-label="Rows so far" />
  );
}

function Took({ head }: { readonly head: RequestHead }) {
  const soFar = useTimeText((time) => (isOpen(head) ? age(time - head.accepted) : ''));
  if (isOpen(head)) return <span title="Since it was requested">{soFar}</span>;
  return <>{head.seconds === undefined ? '' : duration(head.seconds)}</>;
}

function Age({ time }: { readonly time: number }) {
  const text = useTimeText((present) => age(present - time));
  return <time title={moment(time)}>{text}</time>;
}

function Reason({ head }: { readonly head: RequestHead }) {
  const text = useTimeText((time) => whyOf(head, time).text);
  return (
    <span data-tone={whyOf(head, now.value).tone} title={text}>
      {text}
    </span>
  );
}
