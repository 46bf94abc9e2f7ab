import { elementsPerValue } from '../../rows/row-block.js';
import { type NumericArray, newNumericArray } from '../../encoding/element-type.js';
import { ringOffset, ringLength } from './ring.js';
import { type Scalar, elementAt, seedOf } from './signals.js';
import { type SimulatedChannel, hasPoint, isScalar } from './simulated-channel.js';

/**
 * The value of a channel at a pulse: a bare scalar for shapes `[]` and `[1]`, else its elements as
 * they lie in the reply (bools as 0 and 1, strings as a list).
 */
export type SimulatedValue = Scalar | NumericArray | readonly string[];

/**
 * The truth about a channel at a pulse, to check files against.
 *
 * @returns undefined where the channel has no point, null where its point has no value
 */
export function valueAt(channel: SimulatedChannel, pulseId: number): SimulatedValue | undefined {
  if (!hasPoint(channel, pulseId)) return undefined;
  if (isScalar(channel)) return elementAt(channel, pulseId, seedOf(channel.name));
  const length = elementsPerValue(channel.shape);
  const onRing = ringLength(channel);
  const offset = ringOffset(channel, seedOf(channel.name), pulseId);
  const element = (place: number) => elementAt(channel, (offset + place) % onRing, 0);
  if (channel.type === 'string')
    return Array.from({ length }, (_, place) => String(element(place)));
  const array = newNumericArray(channel.type, length);
  for (let place = 0; place < length; place++) {
    const value = element(place);
    // Bools are kept as 0 and 1; the other elements are of the array's own kind already.
    array[place] = (typeof value === 'boolean' ? Number(value) : value) as never;
  }
  return array;
}
