import { displayName } from '../../request/channel.js';
import { ChannelFailure } from '../../report/errors.js';
import {
  bytesPerElement,
  type ElementType,
  elementTypeOf,
  isCharacter,
} from '../../encoding/element-type.js';
import { ensureStorableName } from '../blocks/storable-channel.js';
import { isShape } from '../blocks/shape-table.js';

/** How the elements of a channel's values lie in its events. */
export interface Encoding {
  readonly bigEndian: boolean;
  /** Whether values are packed with bitshuffle-LZ4. */
  readonly packed: boolean;
  /** Texts of one character, not of UTF-8. */
  readonly character: boolean;
}

/** The header of a channel, parsed. */
export interface ChannelDescription {
  readonly name: string;
  /** Undefined where the channel has no data. */
  readonly type: ElementType | undefined;
  /** Fastest dimension first; undefined if the header has no shape. */
  readonly shape: readonly number[] | undefined;
  readonly encoding: Encoding;
}

/**
 * Understands a header.
 *
 * Without `byteOrder` it is little endian, as in bsread. A `character` is a text of one character.
 *
 * @throws ChannelFailure for what would make values wrong if it were guessed
 */
export function describeChannel(header: Readonly<Record<string, unknown>>): ChannelDescription {
  const name = nameIn(header);
  ensureStorableName(name);
  const character = isCharacter(header.type);
  return {
    name,
    type: character ? 'string' : typeIn(header),
    shape: shapeIn(header),
    encoding: { bigEndian: isBigEndian(header), packed: isPacked(header), character },
  };
}

/** The name in a header, whatever it is. */
export function nameIn({ name }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof name === 'string' ? name : undefined;
}

/** Bytes of one element of a value; of a text where its bytes are shuffled as a whole. */
export function elementBytes(type: ElementType, { character }: Encoding): number {
  if (type !== 'string') return bytesPerElement(type);
  return character ? 2 : 1;
}

function typeIn({ type }: Readonly<Record<string, unknown>>): ElementType | undefined {
  if (type === undefined || type === null) return undefined;
  return elementTypeOf(type) ?? refuse('unknown_type', 'type', type);
}

function shapeIn({ shape }: Readonly<Record<string, unknown>>): readonly number[] | undefined {
  if (shape === undefined || shape === null) return undefined;
  return isShape(shape) ? shape : refuse('bad_shape', 'shape', shape);
}

function isBigEndian({ byteOrder }: Readonly<Record<string, unknown>>): boolean {
  if (byteOrder === undefined || byteOrder === null) return false;
  switch (typeof byteOrder === 'string' ? byteOrder.toUpperCase() : byteOrder) {
    case 'LITTLE_ENDIAN':
      return false;
    case 'BIG_ENDIAN':
      return true;
    default:
      return refuse('unknown_byte_order', 'byte order', byteOrder);
  }
}

function isPacked({ compression }: Readonly<Record<string, unknown>>): boolean {
  switch (compression ?? 0) {
    case 0:
    case '0':
      return false;
    case 1:
    case '1':
      return true;
    default:
      return refuse('unknown_compression', 'compression', compression);
  }
}

function refuse(code: string, what: string, value: unknown): never {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw new ChannelFailure(code, `the ${what} ${displayName(shown)} is not known`);
}
