import { type ElementType, elementTypeOf } from '../../../encoding/element-type.js';
import { ChannelFailure } from '../../../report/errors.js';
import { displayName } from '../../../request/channel.js';
import { MalformedReply } from '../../errors.js';
import type { Frame } from '../cbor/frame.js';
import type { ArrayPlace, FrameContents } from '../cbor/frame-contents.js';

const SCALAR_TYPES: Readonly<Record<string, ElementType>> = {
  u8: 'uint8',
  u16: 'uint16',
  u32: 'uint32',
  u64: 'uint64',
  i8: 'int8',
  i16: 'int16',
  i32: 'int32',
  i64: 'int64',
  f32: 'float32',
  f64: 'float64',
  // Indices; their names come beside them.
  enum: 'int16',
};

/** Rows of a frame: where their parts lie. */
export interface Batch {
  readonly scalarType: string;
  readonly tss: ArrayPlace;
  readonly pulses?: ArrayPlace;
  readonly values: ArrayPlace;
  /** Names of the values of an enum. */
  readonly labels?: ArrayPlace;
  readonly endsWithValues: boolean;
}

/** The rows of a frame. @throws MalformedReply where parts are missing or differ in length */
export function batchOf(contents: FrameContents, frame: Frame): Batch {
  const { arrays, scalarType, endsWithValues } = contents;
  const tss = arrays.get('tss');
  const values = arrays.get('values');
  if (tss === undefined || values === undefined || scalarType === undefined) {
    const missing = tss === undefined ? 'tss' : values === undefined ? 'values' : 'scalar_type';
    throw new MalformedReply(frame.offset, `a batch of rows without ${missing}`);
  }
  for (const [key, { count }] of arrays) {
    if (count === tss.count) continue;
    throw new MalformedReply(frame.offset, `${count} ${key} for ${tss.count} tss`);
  }
  const isEnum = scalarType === 'enum';
  return {
    scalarType,
    tss,
    pulses: arrays.get('pulses'),
    values,
    labels: isEnum ? arrays.get('valuestrings') : undefined,
    endsWithValues,
  };
}

/** @throws ChannelFailure for a type that is not known */
export function elementTypeOfScalar(scalarType: string): ElementType {
  const type = Object.hasOwn(SCALAR_TYPES, scalarType)
    ? SCALAR_TYPES[scalarType]
    : elementTypeOf(scalarType);
  if (type !== undefined) return type;
  const message = `the type ${displayName(scalarType)} is not known`;
  throw new ChannelFailure('unknown_type', message);
}
