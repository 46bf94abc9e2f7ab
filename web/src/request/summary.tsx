import type { ReactNode } from 'react';
import type { RequestHead } from '../api/broker.js';
import { useTimeText } from '../api/clock.js';
import { PulseRange } from '../format/digits.js';
import { fileName, folderOf } from '../format/files.js';
import { counted, grouped, megabytes } from '../format/numbers.js';
import { rowsAtMost } from '../format/progress.js';
import { sizeOf } from '../format/sizes.js';
import { isOpen, lookOf } from '../format/states.js';
import { age, duration, moment, when } from '../format/times.js';
import { shortWriter } from '../format/writers.js';
import { Icon } from '../shell/icon.js';
import { hrefOf, useRoute } from '../shell/route.js';
import css from '../shell/panel-summary.module.css';

/** State and file of a request, large, and its figures below. */
export function Summary({ head }: { readonly head: RequestHead }) {
  const { word, sign, tone, meaning } = lookOf(head);
  const file = head.output_file ?? 'No file is named';
  const size = sizeOf(head);
  return (
    <header>
      <p className={css.state} data-tone={tone} title={meaning}>
        <Icon name={sign} size={18} /> {word}
      </p>
      <p className={css.name}>
        <strong>{fileName(file)}</strong>
        <span>{folderOf(file)}</span>
      </p>
      <dl className={css.facts}>
        <Pulses head={head} />
        <ChannelCount head={head} />
        <Rows head={head} />
        {size !== undefined && (
          <Fact name="Size">
            <span title={`${grouped(size)} bytes of ${head.file_bytes ? 'the file' : 'data'}`}>
              {megabytes(size)} MB
            </span>
          </Fact>
        )}
        {head.seconds !== undefined && <Fact name="Took">{duration(head.seconds)}</Fact>}
        {head.writer_id !== undefined && (
          <Fact name="Writer">
            <code title={head.writer_id}>{shortWriter(head.writer_id)}</code>
          </Fact>
        )}
        {head.lane !== undefined && <Fact name="Lane">{head.lane}</Fact>}
        <Requested time={head.accepted} />
        {typeof head.replay_of === 'string' && <ReplayOf id={head.replay_of} />}
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Pulses({
  head: { start_pulse_id: first, stop_pulse_id: last },
}: {
  readonly head: RequestHead;
}) {
  if (first === undefined || last === undefined) return null;
  return (
    <Fact name="Pulses">
      <PulseRange first={first} last={last} />
      <small> {counted(last - first + 1, 'pulse')}</small>
    </Fact>
  );
}

function ChannelCount({ head }: { readonly head: RequestHead }) {
  const { channels_asked: asked, channels_written: written } = head;
  if (asked === undefined) return null;
  // Without a file there are none in it.
  if (written === undefined || head.state !== 'written')
    return <Fact name="Channels">{grouped(asked)}</Fact>;
  return (
    <Fact name="Channels">
      {grouped(written)} of {grouped(asked)}
    </Fact>
  );
}

function Rows({ head }: { readonly head: RequestHead }) {
  if (head.rows === undefined) return null;
  const most = isOpen(head) ? rowsAtMost(head) : undefined;
  return (
    <Fact name="Rows">
      {grouped(head.rows)}
      {most !== undefined && (
        <>
          {' '}
          <small title="of one row a pulse of each channel; slower channels have fewer">
            of {grouped(most)} at most
          </small>{' '}
          <progress aria-label="Rows so far" value={head.rows} max={most} />
        </>
      )}
    </Fact>
  );
}

function Requested({ time }: { readonly time: number }) {
  const text = useTimeText((now) => `${when(time, now)}, ${age(now - time)} ago`);
  return (
    <Fact name="Requested">
      <time title={moment(time)}>{text}</time>
    </Fact>
  );
}

function ReplayOf({ id }: { readonly id: string }) {
  const { filter } = useRoute();
  return (
    <Fact name="Repeat of">
      <a href={hrefOf({ view: 'request', id, filter })} title={id}>
        {id.slice(0, 8)}
      </a>
    </Fact>
  );
}
