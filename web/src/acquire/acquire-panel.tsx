import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useMayAct } from '../api/overview.js';
import { useLoaded } from '../api/use-loaded.js';
import { tell } from '../shell/notices.js';
import { navigate, useRoute } from '../shell/route.js';
import { ChannelPicker } from './channel-picker.js';
import { Field } from './field.js';
import { FormatChoice } from './format-choice.js';
import { newestRequest } from './newest-request.js';
import { PulseFields } from './pulse-fields.js';
import type { Refusal } from './refusal.js';
import { type Draft, submit } from './submit.js';
import css from './acquire-panel.module.css';

const EMPTY: Omit<Draft, 'created'> = {
  file: '',
  channels: [],
  format: 'compact',
  first: '',
  end: '',
  ends: 'last',
  user: '',
  process: 'SF DataBuffer page',
  instrument: '',
};

/** The form of an acquisition whose pulses are past. */
export function AcquirePanel() {
  const mayAct = useMayAct();
  if (mayAct) return <AcquireForm />;
  return (
    <p className={css.closed}>
      This page is read-only: the broker runs with <code>--page read_only</code>. Programs can still
      acquire: see <a href="/docs">the API</a>.
    </p>
  );
}

function AcquireForm() {
  const { filter } = useRoute();
  const newest = useLoaded(useCallback((signal: AbortSignal) => newestRequest(signal), [])).value;
  const [edited, setEdited] = useState<Partial<Draft>>({});
  const [created] = useState(() => localTime(new Date()));
  const [refusal, setRefusal] = useState<Refusal>();
  const [isUnderWay, setUnderWay] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // What nobody filled in is as in the newest request.
  const draft: Draft = {
    ...EMPTY,
    created,
    user: newest?.general.get('general/user') ?? EMPTY.user,
    instrument: newest?.general.get('general/instrument') ?? EMPTY.instrument,
    ...edited,
  };
  const edit = (change: Partial<Draft>) => setEdited((before) => ({ ...before, ...change }));
  useEffect(() => {
    if (refusal) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusal]);
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setUnderWay(true);
    setRefusal(undefined);
    const result = await submit(draft);
    setUnderWay(false);
    if (!('ids' in result)) {
      setRefusal(result);
      return;
    }
    const [id, ...others] = result.ids;
    if (others.length > 0) tell('Recorded as two requests: cameras have a file of their own.');
    if (id !== undefined) navigate({ view: 'request', id, filter });
  };
  const problems = refusal?.fields ?? {};
  return (
    <form ref={form} className={css.form} noValidate onSubmit={(event) => void onSubmit(event)}>
      <p className={css.lead}>
        For past pulses that are still in the data buffer. Does not affect the running acquisition.
      </p>
      <Field
        label="File"
        name="output_file"
        placeholder="run_0001.h5"
        spellCheck={false}
        hint="Inside an output root; relative names go in the first one."
        problem={problems.output_file}
        value={draft.file}
        onValue={(file) => edit({ file })}
      />
      <ChannelPicker
        chosen={draft.channels}
        onChosen={(channels) => edit({ channels })}
        problem={problems.channels}
        wrong={refusal?.wrongChannels}
      />
      <PulseFields draft={draft} newest={newest} problems={problems} onEdit={edit} />
      <FormatChoice
        format={draft.format}
        problem={problems.output_file_format}
        onFormat={(format) => edit({ format })}
      />
      <fieldset className={css.general}>
        <legend>Saved in the file</legend>
        <Field
          label="User"
          name="general/user"
          problem={problems['general/user']}
          value={draft.user}
          onValue={(user) => edit({ user })}
        />
        <Field
          label="Instrument"
          name="general/instrument"
          problem={problems['general/instrument']}
          value={draft.instrument}
          onValue={(instrument) => edit({ instrument })}
        />
        <Field
          label="Process"
          name="general/process"
          problem={problems['general/process']}
          value={draft.process}
          onValue={(process) => edit({ process })}
        />
        <Field
          label="Created"
          name="general/created"
          problem={problems['general/created']}
          value={draft.created}
          onValue={(each) => edit({ created: each })}
        />
      </fieldset>
      <div className={css.submit}>
        {refusal?.general !== undefined && (
          <p className={css.refusal} role="alert">
            {refusal.general}
          </p>
        )}
        <button type="submit" disabled={isUnderWay}>
          Acquire
        </button>
      </div>
    </form>
  );
}

/** `2026-11-24 10:15:00`, as DIA gives it. */
function localTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
