import type { Random } from '../../faults/random.js';
import { CborEncoder, type CborStyle } from './cbor-encoder.js';
import {
  type Element,
  type EnumValue,
  isArray,
  type ServedChannel,
  type ServedEvent,
} from './served-channel.js';

/** How data maps are spelled. */
export interface MapStyle extends CborStyle {
  /** Puts keys into an order of its own; without it they are sorted. */
  readonly order?: Random;
  /** Further keys, of all kinds of values. */
  readonly hasUnknownKeys?: boolean;
}

/** A payload in its frame: the length, 12 zeros, and zeros up to a multiple of 8. */
export function framed(payload: Uint8Array): Buffer {
  return Buffer.concat([frameHead(payload.length), payload, padding(payload.length)]);
}

export function frameHead(length: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(length);
  return head;
}

export function padding(length: number): Buffer {
  return Buffer.alloc((8 - (length % 8)) % 8);
}

/** A frame that is no data: `{key: value}`. */
export function notice(key: string, value: string | boolean, style: CborStyle = {}): Buffer {
  const cbor = new CborEncoder(style);
  cbor.map(1, () => {
    cbor.text(key);
    if (typeof value === 'string') cbor.text(value);
    else cbor.bool(value);
  });
  return framed(cbor.take());
}

export const keepalive = (style: CborStyle = {}) => notice('type', 'keepalive', style);
export const rangeFinal = (style: CborStyle = {}) => notice('rangeFinal', true, style);

/** A frame that the facts tell readers to tolerate, or one that they have never heard of. */
export function strangeFrame(random: Random): Buffer {
  const cbor = new CborEncoder();
  const kinds = [
    () => keepalive(),
    () => framed(Buffer.alloc(0)),
    () => {
      cbor.map(0, () => undefined);
      return framed(cbor.take());
    },
    () => notice('type', 'statistics'),
    () => {
      cbor.map(2, () => {
        cbor.text('stats');
        unknownValue(cbor);
        cbor.text('type');
        cbor.text('new in some later version');
      });
      return framed(cbor.take());
    },
  ];
  return random.pick(kinds)();
}

/** A batch of events in its frame. */
export function dataFrame(
  channel: ServedChannel,
  events: readonly ServedEvent[],
  style: MapStyle = {},
): Buffer {
  const { type, isPulsed = true } = channel;
  const cbor = new CborEncoder(style);
  const entries = new Map<string, () => void>();
  const column = (key: string, write: (event: ServedEvent) => void) =>
    entries.set(key, () => cbor.array(events.length, () => events.forEach(write)));
  if (isPulsed) column('pulses', ({ pulse }) => cbor.int(pulse));
  entries.set('scalar_type', () => cbor.text(type));
  column('tss', ({ time }) => cbor.int(time));
  column('values', ({ value }) => {
    if (!isArray(value)) return element(cbor, channel, value, false);
    cbor.array(value.length, () => value.forEach((each) => element(cbor, channel, each, true)));
  });
  if (type === 'enum' && !events.some(({ value }) => isArray(value))) {
    column('valuestrings', ({ value }) => cbor.text((value as EnumValue).name));
  }
  if (style.hasUnknownKeys) {
    for (const key of ['aaa', 'ts', 'zzz']) entries.set(key, () => unknownValue(cbor));
  }
  const keys = [...entries.keys()].sort();
  if (style.order) shuffle(keys, style.order);
  cbor.map(keys.length, () => {
    for (const key of keys) {
      cbor.text(key);
      entries.get(key)!();
    }
  });
  return framed(cbor.take());
}

function element(
  cbor: CborEncoder,
  channel: ServedChannel,
  value: Element,
  inArray: boolean,
): void {
  if (typeof value === 'string') cbor.text(value);
  else if (typeof value === 'boolean') cbor.bool(value);
  else if (typeof value === 'object')
    enumElement(cbor, value, inArray ? channel.enumElements : 'bare');
  else if (typeof value === 'number' && channel.type.startsWith('f')) cbor.float(value);
  else cbor.int(value);
}

function enumElement(cbor: CborEncoder, { index, name }: EnumValue, how = 'ix'): void {
  switch (how) {
    case 'bare':
      return cbor.int(index);
    case 'pair':
      return cbor.array(2, () => {
        cbor.int(index);
        cbor.text(name);
      });
    default:
      return cbor.map(2, () => {
        cbor.text(how);
        cbor.int(index);
        cbor.text('name');
        cbor.text(name);
      });
  }
}

/** `{"a": [1, -1, 0.5, null, {}], "b": "é"}` */
function unknownValue(cbor: CborEncoder): void {
  cbor.map(2, () => {
    cbor.text('a');
    cbor.array(5, () => {
      cbor.int(1);
      cbor.int(-1);
      cbor.float(0.5);
      cbor.null();
      cbor.map(0, () => undefined);
    });
    cbor.text('b');
    cbor.text('é');
  });
}

function shuffle(items: string[], random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.whole(0, last);
    [items[last], items[other]] = [items[other], items[last]];
  }
}
