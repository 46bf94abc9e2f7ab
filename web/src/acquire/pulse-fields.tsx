import { fileName } from '../format/files.js';
import { grouped } from '../format/numbers.js';
import { duration } from '../format/times.js';
import { Field } from './field.js';
import type { NewestRequest } from './newest-request.js';
import { pulseIdIn, spanOf } from './pulse-range.js';
import { type Draft, lastPulseOf } from './submit.js';
import css from './pulse-fields.module.css';

/** First pulse, and the last one or how many there are. */
export function PulseFields({
  draft,
  newest,
  problems,
  onEdit,
}: {
  readonly draft: Draft;
  readonly newest: NewestRequest | undefined;
  readonly problems: Readonly<Record<string, string>>;
  readonly onEdit: (change: Partial<Draft>) => void;
}) {
  const { first, end, ends } = draft;
  const last = lastPulseOf(draft);
  const span = spanOf(pulseIdIn(first), last);
  return (
    <fieldset className={css.pulses}>
      <legend className="visually-hidden">Pulses</legend>
      <Field
        label="First pulse"
        name="start_pulse_id"
        inputMode="numeric"
        autoComplete="off"
        problem={problems.start_pulse_id}
        value={first}
        onValue={(value) => onEdit({ first: value })}
      />
      <Field
        label={ends === 'last' ? 'Last pulse' : 'Number of pulses'}
        name="stop_pulse_id"
        inputMode="numeric"
        autoComplete="off"
        problem={problems.stop_pulse_id}
        value={end}
        onValue={(value) => onEdit({ end: value })}
      />
      <p className={css.helpers}>
        <button
          type="button"
          onClick={() => onEdit(ends === 'last' ? asCount(draft) : asLast(draft))}
        >
          {ends === 'last' ? 'Enter a count instead' : 'Enter the last pulse instead'}
        </button>
        {newest?.first !== undefined && newest.last !== undefined && (
          <button
            type="button"
            onClick={() =>
              onEdit({ first: String(newest.first), end: String(newest.last), ends: 'last' })
            }
          >
            Pulses of {newest.file ? fileName(newest.file) : 'the newest request'}
          </button>
        )}
        <output>
          {span &&
            `${grouped(span.pulses)} ${span.pulses === 1 ? 'pulse' : 'pulses'}, ${duration(span.seconds)} at 100 Hz`}
          {span && ends === 'count' && `, ending at ${grouped(last!)}`}
        </output>
      </p>
    </fieldset>
  );
}

/** The same range by the number of its pulses. */
function asCount(draft: Draft): Partial<Draft> {
  const span = spanOf(pulseIdIn(draft.first), lastPulseOf(draft));
  return { ends: 'count', end: span ? String(span.pulses) : '' };
}

/** The same range by its last pulse. */
function asLast(draft: Draft): Partial<Draft> {
  const last = lastPulseOf(draft);
  return { ends: 'last', end: last === undefined ? '' : String(last) };
}
