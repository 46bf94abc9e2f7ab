import { jsonText } from '../json-text.js';
import { isScalar } from '../simulated-channel.js';
import type { TextRing, TextRings } from '../text-rings.js';
import { type Api4Channel, ChannelValues, isPulsed, timeOf } from './api4-channel.js';

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;
/** The first pulse of a reply is rounded down to a multiple of it. */
const PULSE_ANCHOR = 10_000;

/** A column of a reply in JSON: its name, and what it has of a row. */
export interface JsonColumn {
  readonly name: string;
  valueOf(pulseId: number): readonly (string | Buffer)[];
}

/** The text before the columns, and the columns, of rows that begin at a pulse. */
export class JsonColumns {
  readonly columns: readonly JsonColumn[];
  readonly anchors: string;

  /** @param firstPulse of the rows */
  constructor(channel: Api4Channel, values: JsonValues, firstPulse: number) {
    const anchor = timeOf(channel, firstPulse) / NS_PER_S;
    const since = (pulseId: number) => timeOf(channel, pulseId) - anchor * NS_PER_S;
    const pulseAnchor = firstPulse - (firstPulse % PULSE_ANCHOR);
    const pulsed = isPulsed(channel);
    this.anchors = `"tsAnchor":${anchor}${pulsed ? `,"pulseAnchor":${pulseAnchor}` : ''}`;
    this.columns = [
      { name: 'tsMs', valueOf: (pulseId) => [String(since(pulseId) / NS_PER_MS)] },
      { name: 'tsNs', valueOf: (pulseId) => [String(since(pulseId) % NS_PER_MS)] },
      ...(pulsed
        ? [{ name: 'pulseOff', valueOf: (pulseId: number) => [String(pulseId - pulseAnchor)] }]
        : []),
      { name: 'values', valueOf: (pulseId) => values.of(pulseId) },
      ...(channel.enumNames === undefined
        ? []
        : [{ name: 'valuestrings', valueOf: (pulseId: number) => [values.nameOf(pulseId)] }]),
    ];
  }
}

/** The values of a channel as JSON; NaN and infinities are null. */
export class JsonValues {
  private readonly values: ChannelValues;
  private readonly ring: TextRing | undefined;

  constructor(channel: Api4Channel, rings: TextRings) {
    const spelled: Api4Channel = { ...channel, spelling: 'nulled' };
    this.values = new ChannelValues(spelled);
    this.ring = isScalar(channel) ? undefined : rings.of(spelled);
  }

  of(pulseId: number): readonly (string | Buffer)[] {
    const { ring, values } = this;
    const { type, spelling } = values.channel;
    if (ring === undefined) return [jsonText(values.scalar(pulseId), type, spelling)];
    const { offset, length } = values.window(pulseId);
    return ['[', ...ring.window(offset, length), ']'];
  }

  nameOf(pulseId: number): string {
    return JSON.stringify(this.values.nameOf(this.values.scalar(pulseId)));
  }
}
