import type { ElementType, NumericType } from '../../encoding/element-type.js';
import {
  AmbiguousMessage,
  MalformedMessage,
  PatternUnusable,
  UnencodableData,
  UnencodableValue,
} from '../errors.js';
import { channelPart } from './bsread-headers.js';
import type { ChannelToSend } from './bsread-encoder.js';
import type { BsreadMessage, BsreadValue } from './bsread-message.js';

/** What a channel of a declared pattern holds: one value, or with `[]` a list of any length. */
export type ChannelKind = ElementType | `${NumericType}[]`;

/** The channels of messages of a pattern, in the order they are sent. */
export type PatternChannels = Readonly<Record<string, ChannelKind>>;

/**
 * Patterns whose fields travel as channels, by name: `{ frame: { pulse_id: 'int64', image: 'uint16[]' } }`.
 * A pattern that is an object goes by the text that Nest makes of it, such as `{"cmd":"frame"}`.
 */
export type DeclaredPatterns = Readonly<Record<string, PatternChannels>>;

const KINDS_OF_FURTHER_FIELDS: Readonly<Record<string, ElementType>> = {
  string: 'string',
  number: 'float64',
  boolean: 'bool',
};

/**
 * The two forms in which an event travels. One of a declared pattern: its fields are channels. One of any other:
 * a single string channel with the name of the pattern, which holds the data as JSON.
 */
export class MessagePatterns {
  private readonly declared: ReadonlyMap<string, PatternChannels>;

  /** @throws PatternUnusable if messages of one pattern could not be told from those of another */
  constructor(patterns: DeclaredPatterns = {}) {
    this.declared = new Map(Object.entries(patterns));
    for (const [pattern, channels] of this.declared) {
      const names = Object.keys(channels);
      if (names.length === 0) throw new PatternUnusable(pattern, 'it has no channels');
      const other = [...this.declared].find(
        ([name, others]) => name !== pattern && names.every((each) => Object.hasOwn(others, each)),
      );
      if (other) throw new PatternUnusable(pattern, `'${other[0]}' has all of its channels`);
    }
  }

  /**
   * The channels that an event is sent as. Of a declared pattern: its own first, then further fields as string,
   * float64 or bool; those that are undefined are not sent.
   *
   * @throws AmbiguousMessage, UnencodableData, UnencodableValue
   */
  channelsOf(pattern: string, data: unknown): ChannelToSend[] {
    const kinds = this.declared.get(pattern);
    const channels = kinds ? fieldsOf(kinds, data) : [asJson(pattern, data)];
    const names = channels.map(({ name }) => name);
    const taken = this.declaredWith((name) => names.includes(name));
    // Both are undefined where no pattern is declared that fits.
    const own = kinds && pattern;
    if (taken !== own) throw new AmbiguousMessage(pattern, names, taken!);
    return channels;
  }

  /**
   * The pattern of a message: the declared one whose channels are all there, else the name of its only channel
   * if that is a string; undefined if it is of neither form.
   */
  patternOf({ channels }: BsreadMessage): string | undefined {
    const pattern = this.declaredWith((name) => channels.has(name));
    if (pattern !== undefined || channels.size !== 1) return pattern;
    const [channel] = channels.values();
    return channel.problem || channel.type === 'string' ? channel.name : undefined;
  }

  /**
   * The data of a message of that pattern. Of a declared one: all its channels by name, as a plain object that
   * survives JSON; a missing value is left out, and so are further channels that can't be read. Values are
   * checked by the handler.
   *
   * @throws MalformedMessage `bad_value`, or the problem of one of the pattern's channels
   */
  dataOf(pattern: string, { channels }: BsreadMessage): unknown {
    const kinds = this.declared.get(pattern);
    const all = [...channels.values()];
    const unreadable = all.find(
      ({ name, problem }) => problem && (!kinds || Object.hasOwn(kinds, name)),
    );
    if (unreadable) throw unreadable.problem!;
    if (!kinds) return fromJson(pattern, channels.get(pattern)?.value);
    const fields = all
      .filter(({ value }) => value !== undefined)
      .map(({ name, value }) => {
        const plain = toPlain(value!);
        const isList = Object.hasOwn(kinds, name) && kinds[name].endsWith('[]');
        return [name, isList && !Array.isArray(plain) ? [plain] : plain] as const;
      });
    return Object.fromEntries(fields);
  }

  /** The first declared pattern whose channels are all there. */
  private declaredWith(isThere: (name: string) => boolean): string | undefined {
    for (const [pattern, channels] of this.declared)
      if (Object.keys(channels).every(isThere)) return pattern;
    return undefined;
  }
}

function fieldsOf(kinds: PatternChannels, data: unknown): ChannelToSend[] {
  const fields = new Map(Object.entries(data as object));
  const further = [...fields].filter(
    ([name, value]) => !Object.hasOwn(kinds, name) && value !== undefined,
  );
  return [
    ...Object.entries(kinds).map(([name, kind]) => toChannel(name, kind, fields.get(name))),
    ...further.map(([name, value]) =>
      toChannel(name, KINDS_OF_FURTHER_FIELDS[typeof value], value),
    ),
  ];
}

function toChannel(name: string, kind: ChannelKind | undefined, value: unknown): ChannelToSend {
  if (kind === undefined || value === undefined) {
    throw new UnencodableValue(name, kind ?? 'string, number or boolean');
  }
  if (!isListKind(kind)) return { name, type: kind, value: value as BsreadValue };
  if (!isList(value)) throw new UnencodableValue(name, kind);
  const type = kind.slice(0, -2) as NumericType;
  return { name, type, value: value as BsreadValue, shape: [value.length] };
}

function isListKind(kind: ChannelKind): kind is `${NumericType}[]` {
  return kind.endsWith('[]');
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function asJson(pattern: string, data: unknown): ChannelToSend {
  let value: string | undefined;
  try {
    // Undefined for what JSON does not know, such as functions.
    value = JSON.stringify(data) as string | undefined;
  } catch (cause) {
    throw new UnencodableData(pattern, { cause });
  }
  if (value === undefined) throw new UnencodableData(pattern);
  return { name: pattern, type: 'string', value };
}

function fromJson(pattern: string, value: BsreadValue | undefined): unknown {
  try {
    return JSON.parse(value as string);
  } catch {
    const found = value === undefined ? 'nothing' : JSON.stringify((value as string).slice(0, 40));
    const problem = `has ${found}, where JSON is expected`;
    throw new MalformedMessage('bad_value', channelPart(pattern), problem);
  }
}

/** 64-bit integers beyond 2^53 become decimal text, lists plain ones: JSON knows neither otherwise. */
function toPlain(value: BsreadValue): unknown {
  if (typeof value === 'object') return Array.from<BsreadValue, unknown>(value, toPlain);
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}
