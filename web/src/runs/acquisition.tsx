import type { RunAcquisition } from '../api/broker.js';
import { PulseRange } from '../format/digits.js';
import { counted } from '../format/numbers.js';
import { RequestTime } from './request-time.js';
import { RunFileRow } from './run-file-row.js';
import css from './acquisition.module.css';

/** An acquisition of a run: its pulses and its files. */
export function Acquisition({ acquisition }: { readonly acquisition: RunAcquisition }) {
  const {
    acquisition_number: number,
    start_pulse_id: first,
    stop_pulse_id: last,
    rate_multiplicator: rate,
    request_time: time,
    user_tag: tag,
    files,
    not_written: notWritten,
  } = acquisition;
  return (
    <section className={css.acquisition} aria-labelledby={`acquisition-${number}`}>
      <h3 id={`acquisition-${number}`}>Acquisition {number}</h3>
      <p className={css.facts}>
        {first !== null && last !== null && (
          <span>
            <PulseRange first={first} last={last} /> ({counted(last - first + 1, 'pulse')})
          </span>
        )}
        {rate !== 1 && <span>1 of {rate} pulses</span>}
        {tag && <span>{tag}</span>}
        {time !== null && <RequestTime time={time} />}
      </p>
      {files.length > 0 && (
        <ul className={css.files}>
          {files.map((file) => (
            <RunFileRow key={file.output_file} file={file} />
          ))}
        </ul>
      )}
      <NotWritten what="PVs" names={notWritten.pv_list} />
      <NotWritten what="Detectors" names={notWritten.detectors} />
    </section>
  );
}

function NotWritten({
  what,
  names = [],
}: {
  readonly what: string;
  readonly names?: readonly string[];
}) {
  if (names.length === 0) return null;
  return (
    <p className={css.notWritten}>
      {what} not written, as nothing here takes them: {names.join(', ')}
    </p>
  );
}
