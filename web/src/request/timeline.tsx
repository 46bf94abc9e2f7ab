import type { CSSProperties } from 'react';
import type { RequestRecord } from '../api/broker.js';
import { lookOf } from '../format/states.js';
import { clock, moment, stay } from '../format/times.js';
import { shortWriter } from '../format/writers.js';
import { Icon } from '../shell/icon.js';
import { type Attempt, type Step, attemptsOf } from './attempts.js';
import css from './timeline.module.css';

/** More than these are folded: people look at how it began, and at the last ones. */
const SHOWN = 4;

/** Why it was sent again though no writer gave it back. */
const GONE: Readonly<Record<NonNullable<Attempt['gone']>, string>> = {
  lost: 'The writer was lost: sent again.',
  stalled: 'The writer made no progress: sent again.',
  silent: 'No writer reported on it: sent again.',
};

/** The states of a request as points on a line, an attempt a line; the longer one lasted, the longer the way. */
export function Timeline({ record }: { readonly record: RequestRecord }) {
  const attempts = attemptsOf(record);
  const folded = attempts.slice(1, Math.max(1, attempts.length - SHOWN + 1));
  const line = (attempt: Attempt) => (
    <AttemptLine
      key={attempt.steps[0]?.time}
      attempt={attempt}
      isOnly={attempts.length === 1}
      isLast={attempt === attempts.at(-1)}
    />
  );
  return (
    <section aria-labelledby="timeline">
      <h3 id="timeline" className={css.title}>
        Timeline
      </h3>
      {attempts.slice(0, 1).map(line)}
      {folded.length > 0 && (
        <details className={css.folded}>
          <summary>{folded.length} more</summary>
          {folded.map(line)}
        </details>
      )}
      {attempts.slice(1 + folded.length).map(line)}
    </section>
  );
}

function AttemptLine({
  attempt: { number, tryNumber, steps, failure, gone },
  isOnly,
  isLast,
}: {
  readonly attempt: Attempt;
  readonly isOnly: boolean;
  readonly isLast: boolean;
}) {
  const total = steps.slice(0, -1).reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  const end = steps.at(-1);
  return (
    <div className={css.attempt}>
      {!isOnly && (
        <h4 className={css.number}>
          Attempt {number}
          {tryNumber > 1 && `, try ${tryNumber}`}
        </h4>
      )}
      <ol className={css.line}>
        {steps.map((step) => (
          <StepPoint
            key={`${step.state} ${step.time}`}
            step={step}
            share={step === end || total === 0 ? 0 : (step.seconds ?? 0) / total}
            isEnd={step === end}
          />
        ))}
      </ol>
      {/* That of the last one stands above, with what happens next. */}
      {failure && !isLast && <p className={css.failure}>{failure.message}</p>}
      {gone && <p className={css.gone}>{GONE[gone]}</p>}
      {end?.seconds !== undefined && <p className={css.pause}>{stay(end.seconds)} later</p>}
    </div>
  );
}

function StepPoint({
  step: { state, time, seconds, writer },
  share,
  isEnd,
}: {
  readonly step: Step;
  readonly share: number;
  readonly isEnd: boolean;
}) {
  const { sign, tone, meaning, word } = lookOf({
    request_id: '',
    state,
    time,
    accepted: 0,
    attempt: 0,
  });
  const meant = state === 'recorded' ? 'on disk in the audit trail' : meaning;
  return (
    <li
      className={css.step}
      data-end={isEnd || undefined}
      style={{ '--share': share } as CSSProperties}
    >
      <span className={css.dot} data-tone={isEnd ? tone : undefined}>
        <Icon name={state === 'recorded' ? 'check' : sign} size={12} />
      </span>
      {!isEnd && <span className={css.way}>{stay(seconds ?? 0)}</span>}
      <span className={css.word} title={meant}>
        {word}
      </span>
      <time className={css.time} title={moment(time)}>
        {clock(time)}
      </time>
      {writer !== undefined && (
        <code className={css.writer} title={writer}>
          {shortWriter(writer)}
        </code>
      )}
    </li>
  );
}
