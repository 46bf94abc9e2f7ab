import { bytesPerElement, type NumericType } from '../../encoding/element-type.js';
import { type ChannelHeader, elementsPerValue } from '../../rows/row-block.js';

/** Smaller images are better collected to chunks of many rows. */
const LEAST_BYTES = 4096;
/** A chunk takes up to three times as much of HDF5's memory. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface ImageHeader extends ChannelHeader {
  readonly type: NumericType;
}

/** Whether a channel's values can be stored as one packed chunk each: images of numbers. */
export function isPackable(header: ChannelHeader): header is ImageHeader {
  const { type, shape, isLabelled } = header;
  // A packed bool could be something else than 0 or 1, unseen.
  if (type === 'string' || type === 'bool' || isLabelled || shape.length < 2) return false;
  const size = elementsPerValue(shape) * bytesPerElement(type);
  return size >= LEAST_BYTES && size <= MAX_BYTES;
}
