import type { ChannelReport, Problem } from '../../report/channel-report.js';
import type { Finding, Verdict } from './finding.js';

interface Consequence {
  readonly cost: string;
  readonly remedy?: string;
  readonly verdict?: Verdict;
}

const ABSENT = 'these rows have no value in the file: zeros, is_data_present false';
const DROPPED = 'these points are not in the file';
const TOLD = "'sf-databuffer check' tells of it, and calls the file incomplete";

/** By the code that a writer reports. */
const PROBLEMS: Readonly<Record<string, Consequence>> = {
  ambiguous_value: { cost: ABSENT, remedy: 'send one value a point' },
  config_change: {
    cost: 'none: the first one counts',
    remedy: 'send one config a channel',
    verdict: 'note',
  },
  corrupt_value: { cost: ABSENT, remedy: 'send whole bitshuffle-LZ4 values' },
  duplicate_pulse_id: {
    cost: 'a compact file has all of them, an extended one the last',
    remedy: 'send one point a pulse',
  },
  invalid_data: { cost: 'the channel has no rows', remedy: 'send "data" as a list of points' },
  invalid_global_date: {
    cost: 'timestamp is 0 in the file, and plots are over pulse ids instead of time',
    remedy: 'send dates as 2018-06-08T14:04:51.551143344+02:00',
  },
  invalid_point: { cost: DROPPED, remedy: 'send each point as an object' },
  invalid_pulse_id: { cost: DROPPED, remedy: 'send pulseId as a whole number from 0 to 2^53' },
  invalid_unicode: { cost: 'U+FFFD stands in its place in the file', remedy: 'send UTF-8' },
  missing_data: { cost: 'the channel has no rows', remedy: 'send "data": [] for none' },
  missing_global_date: {
    cost: 'the file has no dates, and plots are over pulse ids instead of time',
    remedy: 'send globalDate with each point',
  },
  missing_pulse_id: { cost: DROPPED, remedy: 'send pulseId with each point' },
  missing_shape: {
    cost: `none where there are rows, whose shape counts; ${TOLD}`,
    remedy: 'send "shape" in "configs"',
    verdict: 'note',
  },
  missing_type: {
    cost: 'none, without rows: the file calls it float64',
    remedy: 'send "type" in "configs"',
    verdict: 'note',
  },
  missing_value: { cost: ABSENT, remedy: 'leave out a point without value' },
  no_pulse_ids: {
    cost: 'pulse_id is -1 in a compact file; an extended one lacks the channel',
    remedy: 'none, unless the channel follows pulses: then send "pulses"',
    verdict: 'note',
  },
  not_requested: {
    cost: 'the file has a channel that nobody asked for',
    remedy: 'send the channels asked for alone',
  },
  not_whole: { cost: ABSENT, remedy: 'declare the channel as float64' },
  null_value: {
    cost: `${ABSENT}, of waveforms and images the whole row; ${TOLD}`,
    remedy: 'leave out a point without value; send what is not a number as NaN or "NaN"',
  },
  nul_in_text: { cost: 'the text ends there in the file', remedy: 'send texts without NUL' },
  out_of_range: { cost: ABSENT, remedy: 'declare a type that has room for all values' },
  outside_range: {
    cost: 'the file has rows that nobody asked for',
    remedy: 'send the pulses from startPulseId to endPulseId alone, both included',
  },
  shape_differs: {
    cost: `none to the values, whose shape counts; ${TOLD}`,
    remedy: 'declare the shape that values have, fastest dimension first',
    verdict: 'note',
  },
  type_differs: {
    cost: `none to the values, whose type counts; ${TOLD}`,
    remedy: 'declare the type that values have',
    verdict: 'note',
  },
  text_too_long: { cost: ABSENT, remedy: 'send shorter texts' },
  unknown_frame: {
    cost: 'none: it is passed over',
    remedy: 'send only frames that the protocol has',
    verdict: 'note',
  },
  unordered_times: {
    cost: 'files keep that order: plots go back and forth',
    remedy: 'send the rows of each channel in the order of their times',
  },
  wrong_length: { cost: ABSENT, remedy: 'send as many elements as the shape says' },
  wrong_shape: { cost: ABSENT, remedy: 'send values of one shape a channel' },
  wrong_type: { cost: ABSENT, remedy: 'send values of the type that is declared' },
};

/** As it should be: times are wider than pulses. */
const USUAL = new Set(['outside_range_dropped']);

/** A failure that the check of `rangeFinal` tells of. */
export const UNFINISHED = 'incomplete';

/** What a writer finds wrong with a channel, and what comes of it. */
export function problemsOf({ name, failure, problems }: ChannelReport): Finding[] {
  const shown = name === '' ? 'a channel without a name' : name;
  const findings = problems
    .filter(({ code }) => !USUAL.has(code))
    .map((problem) => findingOf(shown, problem));
  if (failure === undefined || failure.code === UNFINISHED) return findings;
  const what = `${shown}: ${failure.message} (${failure.code})`;
  const cost = 'the channel is not in the file, the others are';
  return [...findings, { verdict: 'deviation', what, cost, remedy: failureRemedy(failure.code) }];
}

function findingOf(name: string, { code, count, first_pulse_id, example }: Problem): Finding {
  const known: Consequence | undefined = PROBLEMS[code];
  const { verdict = 'deviation', cost, remedy } = known ?? { cost: ABSENT };
  const where = first_pulse_id === undefined ? '' : `, first at pulse ${first_pulse_id}`;
  const shown = example === undefined ? '' : `: ${example}`;
  return {
    verdict,
    what: `${name}: ${code}, ${count === 1 ? 'once' : `${count} times`}${where}${shown}`,
    cost,
    remedy,
  };
}

function failureRemedy(code: string): string | undefined {
  switch (code) {
    case 'missing_type':
    case 'unknown_type':
      return 'send a type in "configs": int8 to int64, uint8 to uint64, float32, float64, bool, string; by api4 as scalar_type: i8 to i64, u8 to u64, f32, f64, bool, string, enum';
    case 'type_changed':
      return 'send one type a question: the one that most of the range has';
    case 'malformed_reply':
      return 'send the protocol of --data_api_protocol, as docs/your-own-data-buffer.md has it';
    case 'server_error':
    case 'http_status':
      return 'see what the server says';
    case 'timed_out':
      return 'answer sooner, or send what is there by and by';
    case 'missing_name':
    case 'invalid_channel':
      return 'send each channel as an object with "channel": {"name"}';
    default:
      return undefined;
  }
}
