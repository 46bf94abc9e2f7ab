import { findChannel } from '../../databuffer/simulator/catalogue.js';
import { valueAt } from '../../databuffer/simulator/channel-value.js';
import { type SimulatedChannel, pulsesOf } from '../../databuffer/simulator/simulated-channel.js';
import type { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { readDataset } from '../../hdf5/read/inspect.js';
import type { ElementType } from '../../encoding/element-type.js';
import { elementsPerValue } from '../../rows/row-block.js';
import type { PulseRange } from '../../request/pulse-range.js';

type Element = number | bigint | string;

/** The result of comparing a file with the simulated data. */
export interface Verification {
  readonly values: number;
  readonly differences: readonly string[];
}

/**
 * Compares every value of a compact file with what the simulator's channels had in the range.
 *
 * @param group that has the channels; empty for the root
 */
export function verifyFile(
  library: Hdf5Library,
  path: string,
  channelNames: readonly string[],
  range: PulseRange,
  group = '/data',
): Verification {
  const differences: string[] = [];
  let values = 0;
  for (const name of channelNames) {
    const channel = findChannel(name);
    if (!channel) throw new Error(`${name} is not a channel of the simulator`);
    const read = (dataset: string) =>
      readDataset(library, path, `${group}/${name}/${dataset}`) as ArrayLike<Element>;
    const truth = [...pulsesOf(channel, range.startPulseId, range.endPulseId)];
    const columns = {
      pulse_id: truth.map(BigInt),
      is_data_present: truth.map((pulseId) => (valueAt(channel, pulseId) === null ? 0 : 1)),
      data: truth.flatMap((pulseId) => elementsAt(channel, pulseId)),
    };
    for (const [dataset, expected] of Object.entries(columns)) {
      const difference = firstDifference(read(dataset), expected);
      if (difference) differences.push(`${name}/${dataset} ${difference}`);
    }
    values += columns.data.length;
  }
  return { values, differences };
}

function firstDifference(found: ArrayLike<Element>, expected: readonly Element[]) {
  if (found.length !== expected.length) {
    return `has ${found.length} values instead of ${expected.length}`;
  }
  const at = expected.findIndex((value, index) => !Object.is(value, found[index]));
  return at === -1 ? undefined : `differs at ${at}: ${found[at]} instead of ${expected[at]}`;
}

function elementsAt(channel: SimulatedChannel, pulseId: number): Element[] {
  const value = valueAt(channel, pulseId);
  if (value === null || value === undefined) {
    return Array.from({ length: elementsPerValue(channel.shape) }, () => stored(0, channel.type));
  }
  if (typeof value === 'object') {
    return Array.from(value as ArrayLike<Element>, (element) => stored(element, channel.type));
  }
  return [stored(value, channel.type)];
}

/** A value as the file's type stores it. */
function stored(value: Element | boolean, type: ElementType): Element {
  switch (type) {
    case 'string':
      return value === 0 ? '' : (value as string);
    case 'int64':
    case 'uint64':
      return BigInt(value);
    case 'float32':
      return Math.fround(Number(value));
    default:
      return Number(value);
  }
}
