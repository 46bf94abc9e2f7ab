import { broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { mayReplace } from '../request/may-replace.js';
import { type Refusal, refusalOf } from './refusal.js';
import { isCamera } from './channel-names.js';
import { pulseIdIn, whyNoPulseId } from './pulse-range.js';

/** The form as it is filled in. */
export interface Draft {
  readonly file: string;
  readonly channels: readonly string[];
  readonly format: 'compact' | 'extended';
  readonly first: string;
  /** The last pulse id, or how many pulses: as `ends` has it. */
  readonly end: string;
  readonly ends: 'last' | 'count';
  readonly created: string;
  readonly user: string;
  readonly process: string;
  readonly instrument: string;
}

/** What the form calls the broker's fields; longer names before those that they begin with. */
const LABELS: Readonly<Record<string, string>> = {
  output_file_format: 'Format',
  output_file: 'File',
  channels: 'Channels',
  start_pulse_id: 'First pulse',
  stop_pulse_id: 'Last pulse',
  'general/created': 'Created',
  'general/user': 'User',
  'general/process': 'Process',
  'general/instrument': 'Instrument',
};

/** The last pulse that a draft asks for; undefined where it is none. */
export function lastPulseOf({
  first,
  end,
  ends,
}: Pick<Draft, 'first' | 'end' | 'ends'>): number | undefined {
  const number = pulseIdIn(end);
  if (ends === 'last' || number === undefined) return number;
  const start = pulseIdIn(first);
  return start === undefined || number === 0 ? undefined : start + number - 1;
}

/** @returns ids of the requests that were recorded, none if somebody thought better of it; or why none was */
export async function submit(draft: Draft): Promise<{ readonly ids: readonly string[] } | Refusal> {
  const start = pulseIdIn(draft.first);
  const stop = lastPulseOf(draft);
  const fields = problemsOf(draft);
  if (start === undefined || stop === undefined || Object.keys(fields).length > 0) {
    return { fields, wrongChannels: [] };
  }
  try {
    if (!(await mayReplace(filesOf(draft)))) return { ids: [] };
    const { data, error } = await broker.POST('/acquisitions', {
      body: {
        'general/created': draft.created,
        'general/user': draft.user,
        'general/process': draft.process,
        'general/instrument': draft.instrument,
        output_file: draft.file,
        output_file_format: draft.format,
        ...(draft.channels.length > 0 && { channels: [...draft.channels] }),
        start_pulse_id: start,
        stop_pulse_id: stop,
      },
    });
    if (data) return { ids: data.request_ids };
    return refusalOf(messageOf(error), LABELS, draft.channels);
  } catch (error) {
    // Whether it was recorded is not known: the answer alone may have been lost.
    const why = error instanceof TypeError ? 'The broker did not answer.' : messageOf(error);
    const remedy = 'Look whether it is among the requests before you try again.';
    return { fields: {}, wrongChannels: [], general: `${why} ${remedy}` };
  }
}

/** All that is wrong before the broker is asked, by its field names. */
export function problemsOf(draft: Draft): Record<string, string> {
  const { first, end, ends } = draft;
  const count = pulseIdIn(end) === 0 ? 'Enter a number of pulses: 1 or more.' : undefined;
  const problems: Record<string, string | undefined> = {
    output_file: missing(draft.file, 'a file name'),
    start_pulse_id: whyNoPulseId(first),
    stop_pulse_id: whyNoPulseId(end) ?? (ends === 'count' ? count : undefined),
    'general/user': missing(draft.user, 'a user'),
    'general/instrument': missing(draft.instrument, 'an instrument'),
    'general/process': missing(draft.process, 'a process'),
    'general/created': missing(draft.created, 'a time'),
  };
  return Object.fromEntries(
    Object.entries(problems).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function missing(value: string, what: string): string | undefined {
  return value.trim() === '' ? `Enter ${what}.` : undefined;
}

/** The files that come of it: of a camera its own. Which channels the broker's list has is not known here. */
function filesOf({ file, channels }: Draft): string[] {
  const cameras = channels.filter(isCamera).length;
  return [
    ...(channels.length === 0 || cameras < channels.length ? [file] : []),
    ...(channels.length === 0 || cameras > 0 ? [file.replace(/(\.h5)?$/u, '.IMAGES.h5')] : []),
  ];
}
