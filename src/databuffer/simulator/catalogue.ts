import { type Channel, backendOf } from '../../request/channel.js';
import { ELEMENT_TYPES, elementTypeOf } from '../../encoding/element-type.js';
import { elementsPerValue } from '../../rows/row-block.js';
import { isFaultName } from './faults.js';
import type { SimulatedChannel } from './simulated-channel.js';

/** Elements of one value, at most; a name that asks for more is unknown. */
const MAX_ELEMENTS = 2 ** 23;

/**
 * Any number of channels by their names, for load and for tests. TYPE is any element type in
 * capitals, `<n>` any number; all at 100 Hz.
 *
 *     SIMULATOR-SCALAR-<TYPE>-<n>
 *     SIMULATOR-WAVEFORM-<TYPE>-<length>-<n>
 *     SIMULATOR-IMAGE-<TYPE>-<X>X<Y>-<n>             shape [X, Y], in either buffer
 *     SIMULATOR-IMAGE-<TYPE>-<X>X<Y>-<n>:FPICTURE    the same in the image buffer alone
 */
const GENERIC =
  /^SIMULATOR-(?:SCALAR-([A-Z0-9]+)|WAVEFORM-([A-Z0-9]+)-(\d{1,7})|IMAGE-([A-Z0-9]+)-(\d{1,5})X(\d{1,5}))-\d{1,9}(?::FPICTURE)?$/;

/** Channels that are listed; the generic ones and those of `faults.ts` are there besides. */
export const CATALOGUE: readonly SimulatedChannel[] = [
  // Every element type as scalar and as waveform; their names follow the pattern above.
  ...ELEMENT_TYPES.flatMap((type) => [
    named(`SIMULATOR-SCALAR-${type.toUpperCase()}-1`, {}),
    named(`SIMULATOR-WAVEFORM-${type.toUpperCase()}-1024-1`, {}),
  ]),

  // Values that are easily bent.
  named('SIMULATOR-PULSE-ID', {
    type: 'int64',
    signal: 'pulse-id',
    description: 'the pulse id itself',
  }),
  named('SIMULATOR-INT64-EXTREMES', {
    type: 'int64',
    signal: 'extremes',
    description: 'smallest and largest int64, and what lies next to 2^53',
  }),
  named('SIMULATOR-UINT64-EXTREMES', {
    type: 'uint64',
    signal: 'extremes',
    description: 'largest uint64, 2^63, 2^53 + 1, 0',
  }),
  named('SIMULATOR-FLOAT64-EXTREMES', {
    signal: 'extremes',
    description: 'largest and smallest float64, exponents, 17 digits',
  }),
  named('SIMULATOR-FLOAT64-NAN', {
    signal: 'not-a-number',
    description: 'NaN, Infinity and -Infinity in turn, bare',
  }),
  named('SIMULATOR-FLOAT64-NAN-QUOTED', {
    signal: 'not-a-number',
    spelling: 'quoted',
    description: 'NaN, Infinity and -Infinity in turn, in quotes',
  }),
  named('SIMULATOR-WAVEFORM-NAN', {
    type: 'float32',
    shape: [16],
    signal: 'not-a-number-at-times',
    description: 'every fifth element NaN or an infinity, bare',
  }),
  named('SIMULATOR-STRING-ESCAPED', {
    type: 'string',
    spelling: 'escaped',
    description: 'strings in ASCII, the rest as \\u escapes',
  }),
  named('SIMULATOR-NULLS', {
    signal: 'nulls',
    description: 'null in place of a value at every tenth pulse',
  }),
  named('SIMULATOR-SCALAR-LISTED', {
    spelling: 'listed',
    description: 'a scalar as a list of one element',
  }),
  named('SIMULATOR-SHAPELESS', { shape: [], description: 'a scalar of shape []' }),

  // Rates and what is missing.
  named('SIMULATOR-50HZ', { rate: 50, description: 'every second pulse' }),
  named('SIMULATOR-25HZ', { rate: 25, description: 'every fourth pulse' }),
  named('SIMULATOR-10HZ', { rate: 10, description: 'every tenth pulse' }),
  named('SIMULATOR-1HZ', { rate: 1, description: 'every hundredth pulse' }),
  named('SIMULATOR-WAVEFORM-10HZ', {
    type: 'float32',
    shape: [2048],
    rate: 10,
    description: 'a waveform at every tenth pulse',
  }),
  named('SIMULATOR-GAPS', {
    gap: { every: 50, missing: 7 },
    description: 'the last 7 of every 50 pulses are missing',
  }),
  named('SIMULATOR-NO-DATA', { rate: 0, description: 'known, but without data' }),
  named('SIMULATOR-WAVEFORM-NO-DATA', {
    type: 'float32',
    shape: [1024],
    rate: 0,
    description: 'a waveform, known, but without data',
  }),

  // Cameras.
  named('SIMULATOR-CAMERA:FPICTURE', {
    type: 'uint16',
    shape: [1280, 1024],
    rate: 10,
    signal: 'spot',
    description: 'a camera of 1.3 megapixels',
  }),
  named('SIMULATOR-CAMERA-SMALL:FPICTURE', {
    type: 'uint16',
    shape: [160, 120],
    rate: 25,
    signal: 'spot',
    description: 'a small camera',
  }),
  named('SIMULATOR-CAMERA-NO-DATA:FPICTURE', {
    type: 'uint16',
    shape: [640, 480],
    rate: 0,
    signal: 'spot',
    description: 'a camera, known, but without data',
  }),
];

const BY_NAME = new Map(CATALOGUE.map((channel) => [channel.name, channel]));

/** A name that the simulator never knows: a channel asked for and missing from the reply. */
export const UNKNOWN_CHANNEL = 'SIMULATOR-UNKNOWN';

/** The channel of a name, or undefined if the simulator doesn't know it. */
export function findChannel(name: string): SimulatedChannel | undefined {
  return BY_NAME.get(name) ?? genericChannel(name) ?? faultyChannel(name);
}

/** The same, if it lies in that backend. */
export function findChannelOf({ name, backend }: Channel): SimulatedChannel | undefined {
  const channel = findChannel(name);
  if (channel === undefined || channel.backend === backend) return channel;
  const isInBoth = backend === 'sf-imagebuffer' && name.startsWith('SIMULATOR-IMAGE-');
  return isInBoth ? { ...channel, backend } : undefined;
}

function genericChannel(name: string): SimulatedChannel | undefined {
  const match = GENERIC.exec(name);
  const type = elementTypeOf(match?.[1] ?? match?.[2] ?? match?.[4]);
  if (!match || !type) return undefined;
  const [, , , length, , x, y] = match;
  const shape = x ? [Number(x), Number(y)] : [length ? Number(length) : 1];
  const elements = elementsPerValue(shape);
  if (elements < 1 || elements > MAX_ELEMENTS) return undefined;
  const picture = x !== undefined;
  return describe(name, {
    type,
    shape,
    signal: picture ? 'spot' : 'wave',
    description: picture ? 'a spot on a noisy ground' : 'a noisy sine over the range of the type',
  });
}

function faultyChannel(name: string): SimulatedChannel | undefined {
  if (!isFaultName(name)) return undefined;
  return describe(name, { description: 'makes replies fail, then an ordinary scalar' });
}

type Traits = Partial<Omit<SimulatedChannel, 'name' | 'backend'>>;

/** A channel of the catalogue; without traits the one that its generic name describes. */
function named(name: string, traits: Traits): SimulatedChannel {
  return describe(name, { ...genericChannel(name), ...traits });
}

/** Unless its traits say otherwise a float64 scalar, a noisy sine at 100 Hz. */
function describe(name: string, traits: Traits): SimulatedChannel {
  return {
    type: 'float64',
    shape: [1],
    rate: 100,
    signal: 'wave',
    spelling: 'plain',
    description: '',
    ...traits,
    name,
    backend: backendOf(name),
  };
}
