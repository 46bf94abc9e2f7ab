import type { ElementType } from '../../encoding/element-type.js';
import type { ChannelToSend } from './bsread-encoder.js';
import type { BsreadMessage, BsreadValue } from './bsread-message.js';
import { MalformedMessage, UnencodableValue, UnknownPattern } from '../errors.js';

/** Nest pattern of each kind of message, with the channels that tell it, in the order they are sent. */
const PATTERNS: Readonly<Record<string, Readonly<Record<string, ElementType>>>> = {
  write_request: { data_api_request: 'string', parameters: 'string', timestamp: 'float64' },
  write_report: { write_report: 'string' },
};

const TYPES_OF_FURTHER_FIELDS: Readonly<Record<string, ElementType>> = {
  string: 'string',
  number: 'float64',
  boolean: 'bool',
};

/**
 * The pattern of a message, and all its channels by name as a plain object that survives JSON. A missing
 * value is left out. Values are checked by the handler, which can name the file concerned.
 *
 * @throws MalformedMessage `unknown_message` if no pattern's channels are all there, or the problem
 *   of one of them; further channels that can't be read are left out
 */
export function eventOf(message: BsreadMessage): {
  pattern: string;
  data: Record<string, unknown>;
} {
  const pattern = Object.keys(PATTERNS).find((pattern) =>
    Object.keys(PATTERNS[pattern]).every((name) => message.channels.has(name)),
  );
  if (pattern === undefined) {
    const names = JSON.stringify([...message.channels.keys()]).slice(0, 200);
    throw new MalformedMessage('unknown_message', 'message', `has the channels ${names}`);
  }
  const channels = [...message.channels.values()];
  const unreadable = channels.find(({ name, problem }) => problem && name in PATTERNS[pattern]);
  if (unreadable) throw unreadable.problem!;
  const fields = channels
    .filter(({ value }) => value !== undefined)
    .map(({ name, value }) => [name, toPlain(value!)] as const);
  return { pattern, data: Object.fromEntries(fields) };
}

/**
 * The channels that an event is sent as: those of its pattern first, then its further fields as
 * string, float64 or bool. Fields that are undefined are not sent.
 *
 * @throws UnknownPattern, UnencodableValue
 */
export function bsreadChannelsOf(
  pattern: string,
  data: Readonly<Record<string, unknown>>,
): ChannelToSend[] {
  const types = Object.hasOwn(PATTERNS, pattern) ? PATTERNS[pattern] : undefined;
  if (!types) throw new UnknownPattern(pattern, Object.keys(PATTERNS));
  const further = Object.keys(data).filter((name) => !(name in types) && data[name] !== undefined);
  return [
    ...Object.entries(types).map(([name, type]) => toChannel(name, type, data[name])),
    ...further.map((name) =>
      toChannel(name, TYPES_OF_FURTHER_FIELDS[typeof data[name]], data[name]),
    ),
  ];
}

function toChannel(name: string, type: ElementType | undefined, value: unknown): ChannelToSend {
  if (type === undefined || value === undefined) {
    throw new UnencodableValue(name, type ?? 'string, number or boolean');
  }
  return { name, type, value: value as BsreadValue };
}

/** 64-bit integers beyond 2^53 become decimal text, lists plain ones: JSON knows neither otherwise. */
function toPlain(value: BsreadValue): unknown {
  if (typeof value === 'object') return Array.from<BsreadValue, unknown>(value, toPlain);
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}
