import { broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { type Refusal, refusalOf } from './refusal.js';
import { pulseIdIn } from './pulse-range.js';

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

/** Names of the broker's fields that the form has, longer ones before those that they begin with. */
const FIELDS = [
  'output_file_format',
  'output_file',
  'channels',
  'start_pulse_id',
  'stop_pulse_id',
  'general/created',
  'general/user',
  'general/process',
  'general/instrument',
];

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

/** @returns ids of the requests that were recorded, or why none was */
export async function submit(draft: Draft): Promise<{ readonly ids: readonly string[] } | Refusal> {
  const start = pulseIdIn(draft.first);
  const stop = lastPulseOf(draft);
  if (start === undefined || stop === undefined) return notPulses(draft, start);
  try {
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
    return data ? { ids: data.request_ids } : refusalOf(messageOf(error), FIELDS);
  } catch {
    return { fields: {}, general: 'The broker can’t be reached. Nothing was recorded.' };
  }
}

function notPulses({ ends }: Draft, start: number | undefined): Refusal {
  const fields: Record<string, string> = {};
  if (start === undefined) fields.start_pulse_id = 'Give a pulse id: an integer from 0 on.';
  else if (ends === 'count') fields.stop_pulse_id = 'Give a number of pulses: 1 or more.';
  else fields.stop_pulse_id = 'Give a pulse id: that of the last pulse, or the number of pulses.';
  return { fields };
}
