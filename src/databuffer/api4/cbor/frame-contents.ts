import { DateParser } from '../../blocks/date-parser.js';
import { ARRAY, BOOL, MAP, NULL, TEXT, UNSIGNED } from './cbor-kinds.js';
import type { CborReader } from './cbor-reader.js';
import { wordOf } from './known-words.js';

const MAX_KEY_BYTES = 64;
const MAX_TEXT_BYTES = 4096;
/** Of an error; as many characters are kept as of other texts. */
const MAX_ERROR_BYTES = 1024 * 1024;
const SHOWN_KEYS = 5;
const ARRAYS = new Set(['tss', 'pulses', 'values', 'valuestrings']);

/** Where an array lies in a frame. */
export interface ArrayPlace {
  /** Of its first element. */
  readonly position: number;
  readonly count: number;
}

/** The contents of a frame's map. What it does not have is undefined. */
export interface FrameContents {
  readonly keys: readonly string[];
  /** The arrays of a batch of rows, by their keys. */
  readonly arrays: ReadonlyMap<string, ArrayPlace>;
  readonly scalarType?: string;
  readonly isFinal?: boolean;
  /** In nanoseconds. */
  readonly continueAt?: bigint;
  readonly error?: string;
  /** Of what is no batch, e.g. `keepalive`. */
  readonly kind?: string;
  /** Whether the map ends where the elements of `values` do: these were not looked at. */
  readonly endsWithValues: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Finds out what is in a frame. @param reader at its beginning @throws MalformedReply */
export function readContents(reader: CborReader): FrameContents {
  if (reader.value() !== MAP) reader.fail('a frame is no map');
  const { count } = reader;
  const keys: string[] = [];
  const arrays = new Map<string, ArrayPlace>();
  const contents: Mutable<FrameContents> = { keys, arrays, endsWithValues: false };
  for (let done = 0; !reader.isOver(count, done); done++) {
    const key = readKey(reader);
    if (key !== undefined && keys.length < ARRAYS.size + SHOWN_KEYS) keys.push(key);
    if (key !== undefined && ARRAYS.has(key)) {
      if (arrays.has(key)) reader.fail(`${key} comes twice`);
      const isLast = key === 'values' && done === count - 1;
      const place = readArray(reader, key, isLast);
      contents.endsWithValues = isLast && place?.position === reader.position;
      if (place) arrays.set(key, place);
    } else readField(reader, key, contents);
  }
  if (reader.left > 0 && !contents.endsWithValues) {
    reader.fail(`${reader.left} bytes behind the CBOR item of a frame`);
  }
  return contents;
}

function readKey(reader: CborReader): string | undefined {
  const kind = reader.next();
  if (kind === TEXT) {
    const bytes = reader.content(kind, MAX_KEY_BYTES);
    return bytes && wordOf(bytes);
  }
  reader.skipContent(kind);
  return undefined;
}

/**
 * @param isLast whether nothing follows: elements that are counted are left where they are
 * @returns undefined for null: some encoders write what is absent so
 */
function readArray(reader: CborReader, key: string, isLast: boolean): ArrayPlace | undefined {
  const kind = reader.value();
  if (kind === NULL) return undefined;
  if (kind !== ARRAY) reader.fail(`${key} is no array`);
  const { count, position } = reader;
  if (isLast && count >= 0) return { position, count };
  if (count >= 0) {
    reader.skipAll(count);
    return { position, count };
  }
  let read = 0;
  for (; !reader.isOver(count, read); read++) reader.skip();
  return { position, count: read };
}

function readField(
  reader: CborReader,
  key: string | undefined,
  contents: Mutable<FrameContents>,
): void {
  if (key === 'rangeFinal') {
    const kind = reader.value();
    if (kind === BOOL) contents.isFinal = reader.bool;
    else reader.skipContent(kind);
  } else if (key === 'continueAt') contents.continueAt = readTime(reader);
  else if (key === 'error') contents.error = readError(reader);
  else if (key === 'scalar_type') contents.scalarType = readText(reader);
  else if (key === 'type') contents.kind = readText(reader);
  else reader.skip();
}

function readText(reader: CborReader): string | undefined {
  const kind = reader.value();
  if (kind !== TEXT) {
    reader.skipContent(kind);
    return undefined;
  }
  const bytes = reader.content(kind, MAX_TEXT_BYTES);
  return bytes === undefined ? `more than ${MAX_TEXT_BYTES} bytes` : wordOf(bytes);
}

/** Null is none. */
function readError(reader: CborReader): string | undefined {
  const { position } = reader;
  const kind = reader.value();
  if (kind === NULL) return undefined;
  if (kind === TEXT) {
    const bytes = reader.content(kind, MAX_ERROR_BYTES);
    if (bytes !== undefined) return shortened(Buffer.from(bytes).toString());
  } else reader.skipContent(kind);
  return `one that is no short text, ${reader.position - position} bytes long`;
}

function shortened(text: string): string {
  return text.length > MAX_TEXT_BYTES ? `${text.slice(0, MAX_TEXT_BYTES)}…` : text;
}

/** A date, or nanoseconds; anything else is none. */
function readTime(reader: CborReader): bigint | undefined {
  const kind = reader.value();
  if (kind === UNSIGNED) return reader.whole(kind);
  if (kind !== TEXT) {
    reader.skipContent(kind);
    return undefined;
  }
  const bytes = reader.content(kind, MAX_KEY_BYTES);
  const parser = new DateParser();
  const isDate = bytes !== undefined && parser.parse(bytes, 0, bytes.length);
  return isDate ? parser.nanoseconds : undefined;
}
