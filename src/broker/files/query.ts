import { DATA_FORMATS, type DataFormat } from '../../viewer/messages.js';
import { Parameter, Parameters, Unreadable } from '../http/query.js';

const FLAG = { type: 'boolean' };
const PULSE_ID = { type: 'integer', minimum: 0 };

const FILE = 'The file: its path, absolute or relative to an output root.';
const SELECTION = 'Which part, as numpy slices: 0,2:5,: (everything by default).';

const LINKS = ['only_valid', 'all', 'none'] as const;
type Links = (typeof LINKS)[number];

const DTYPES = ['origin', 'safe'] as const;
type Dtype = (typeof DTYPES)[number];

const MAX_CHANNELS = 100;
const MAX_BINS = 2000;
export const USUAL_BINS = 200;

/** An object of a file. */
class ObjectQuery {
  @Parameter(FILE)
  file?: string;

  @Parameter('The object: its path in the file, / by default.')
  path?: string;
}

export class EntityQuery extends ObjectQuery {
  @Parameter(
    'Which soft links are shown as what they lead to. External ones never are.',
    { type: 'string', enum: LINKS, default: 'only_valid' },
    (text) => oneOf(LINKS, text),
  )
  resolve_links?: Links;
}

export class AttributesQuery extends ObjectQuery {
  @Parameters('Name of an attribute; repeatable; all by default.')
  attr_keys?: string[];
}

export class DataQuery extends ObjectQuery {
  @Parameter(SELECTION)
  selection?: string;

  @Parameter(
    'json, or a file to be saved.',
    { type: 'string', enum: DATA_FORMATS, default: 'json' },
    (text) => oneOf(DATA_FORMATS, text),
  )
  format?: DataFormat;

  @Parameter('true: one list instead of lists in lists.', FLAG, toFlag)
  flatten?: boolean;

  @Parameter(
    'safe: types that JavaScript has, little endian and float32 for float16. Of bin, npy.',
    { type: 'string', enum: DTYPES, default: 'origin' },
    (text) => oneOf(DTYPES, text),
  )
  dtype?: Dtype;
}

export class StatisticsQuery extends ObjectQuery {
  @Parameter(SELECTION)
  selection?: string;
}

export class TableQuery {
  @Parameter(FILE)
  file?: string;

  @Parameter(
    'The channel: /data/<channel>; where the file has its channels at its root, also /<channel>.',
  )
  path?: string;
}

export class CoverageQuery {
  @Parameter(FILE)
  file?: string;

  @Parameters(`Name of a channel; repeatable, ${MAX_CHANNELS} at most.`, MAX_CHANNELS)
  channel?: string[];

  @Parameter('First pulse; what the file was asked for by default.', PULSE_ID, toPulseId)
  start_pulse_id?: bigint;

  @Parameter('Last pulse, which counts too.', PULSE_ID, toPulseId)
  stop_pulse_id?: bigint;

  @Parameter(
    'Equal parts of the range in which rows are counted.',
    { type: 'integer', minimum: 1, maximum: MAX_BINS, default: USUAL_BINS },
    toBins,
  )
  bins?: number;
}

function oneOf<T extends string>(choices: readonly T[], text: string): T | Unreadable {
  const found = choices.find((each) => each === text);
  return (
    found ?? new Unreadable(`'${text.slice(0, 40)}' is not possible: use ${choices.join(', ')}`)
  );
}

/** In any case: Python's clients write True. */
function toFlag(text: string): boolean | Unreadable {
  if (/^(true|1)$/i.test(text)) return true;
  if (/^(false|0)$/i.test(text)) return false;
  return new Unreadable(`'${text.slice(0, 40)}' is neither true nor false`);
}

function toPulseId(text: string): bigint | Unreadable {
  return /^\d{1,18}$/.test(text)
    ? BigInt(text)
    : new Unreadable(`'${text.slice(0, 40)}' is not a pulse id: give a whole number`);
}

function toBins(text: string): number | Unreadable {
  const bins = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return bins >= 1 && bins <= MAX_BINS ? bins : new Unreadable(`must be 1 to ${MAX_BINS}`);
}
